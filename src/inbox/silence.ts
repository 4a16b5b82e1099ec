import type { Clock } from "../values/clock.ts";
import type { Entry } from "./entry.ts";

/** Waits for the next request for messages that were answered an error. */
export interface Silence {
  /** From now on. */
  watch(entry: Entry): void;
  forget(entry: Entry): void;
  close(): void;
}

/** Calls `onSilent` for an entry that was watched for `afterMs` without being forgotten; one timer for all. */
export function createSilence(options: { clock: Clock; afterMs: number; onSilent: (entry: Entry) => void }): Silence {
  const { clock, afterMs, onSilent } = options;
  const dueMs = new Map<Entry, number>();
  const closed = new AbortController();
  let running = false;
  const run = async () => {
    running = true;
    for (let [first] = dueMs; first && !closed.signal.aborted; [first] = dueMs) {
      const [entry, due] = first;
      await clock.sleep(due - clock.monotonicMs(), closed.signal);
      if (closed.signal.aborted || dueMs.get(entry) !== due) continue;
      dueMs.delete(entry);
      onSilent(entry);
    }
    running = false;
  };
  return {
    watch(entry) {
      dueMs.delete(entry);
      dueMs.set(entry, clock.monotonicMs() + afterMs);
      if (!running) void run();
    },
    forget: (entry) => void dueMs.delete(entry),
    close: () => closed.abort(),
  };
}
