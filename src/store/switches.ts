import type { Store } from "./store.ts";

/** Which providers are switched off, as far as this process knows, and what the shared store has not heard of yet. */
export interface Switches {
  off(): readonly string[];
  /** The shared store says so. */
  hear(switchedOff: readonly string[]): void;
  /** The operator says so here. */
  note(provider: string, on: boolean): void;
  /** Tells the shared store what was noted and not told yet. */
  tellTo(store: Store): Promise<void>;
}

/** Nothing is switched off until somebody says so. */
export function createSwitches(): Switches {
  let heard: readonly string[] = [];
  const untold = new Map<string, boolean>();
  const known = () => [...new Set([...heard, ...untold.keys()])].filter((name) => untold.get(name) !== true);
  // Asked for each message, when nearly always everything is told.
  const off = () => (untold.size === 0 ? heard : known());
  return {
    off,
    hear(switchedOff) {
      heard = switchedOff;
    },
    note: (provider, on) => void untold.set(provider, on),
    async tellTo(store) {
      for (const [provider, on] of untold) {
        await store.switch(provider, on);
        heard = off();
        untold.delete(provider);
      }
    },
  };
}
