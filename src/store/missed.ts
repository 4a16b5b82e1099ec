import type { Clock } from "../values/clock.ts";

const MAX = 100_000;
/** A released claim is asked for by those who waited. */
const AT_LEAST_MS = 3_000;

/** Claims whose end only this process knows: repetitions of them are answered here, the shared store there or not. */
export interface Missed {
  has(fingerprint: string): boolean;
  add(fingerprint: string, ms: number): void;
}

/** Keeps each for as long as it was told to, at most 100 000 of them. */
export function createMissed(clock: Clock): Missed {
  const untilMs = new Map<string, number>();
  return {
    has: (fingerprint) => (untilMs.get(fingerprint) ?? Number.NEGATIVE_INFINITY) > clock.monotonicMs(),
    add(fingerprint, ms) {
      untilMs.delete(fingerprint);
      untilMs.set(fingerprint, clock.monotonicMs() + Math.max(ms, AT_LEAST_MS));
      for (const [oldest, endMs] of untilMs) {
        if (endMs > clock.monotonicMs() && untilMs.size <= MAX) return;
        untilMs.delete(oldest);
      }
    },
  };
}
