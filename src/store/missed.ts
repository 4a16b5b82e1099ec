import type { Clock } from "../values/clock.ts";
import { createExpiry, Expiring } from "./expiry.ts";
import { RELEASED_RESULT_MS } from "./store.ts";

const MAX = 100_000;

/** Claims whose end only this process knows: repetitions of them are answered here, the shared store there or not. */
export interface Missed {
  has(fingerprint: string): boolean;
  add(fingerprint: string, ms: number): void;
}

/** Keeps each for as long as it was told to, at most 100 000 of them. */
export function createMissed(clock: Clock): Missed {
  const ends = new Map<string, Expiring>();
  const expiry = createExpiry(MAX);
  return {
    has(fingerprint) {
      const end = ends.get(fingerprint);
      return end !== undefined && end.endsAtMs > clock.monotonicMs();
    },
    add(fingerprint, ms) {
      const lifeMs = Math.max(ms, RELEASED_RESULT_MS);
      const nowMs = clock.monotonicMs();
      expiry.put(ends.get(fingerprint) ?? new Expiring(ends, fingerprint), { kind: "missed", lifeMs }, nowMs);
      expiry.forget(nowMs);
    },
  };
}
