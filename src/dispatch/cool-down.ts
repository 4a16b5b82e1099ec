import type { Clock } from "../values/clock.ts";

/** How long a provider that throttles is left alone. */
export interface CoolDown {
  /** Monotonic milliseconds from which on it may be asked again; in the past when it may at once. */
  readyAtMs(): number;
  /** It throttled, and perhaps said for how long. */
  throttled(retryAfterMs?: number): void;
  /** It took a message. */
  accepted(): void;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
const LONGEST_ASKED_MS = 60_000;

/** No cool-down yet; without a wish of the vendor's each one in a row is twice as long as the one before. */
export function createCoolDown(clock: Clock): CoolDown {
  let untilMs = Number.NEGATIVE_INFINITY;
  let nextMs = FIRST_MS;
  return {
    readyAtMs: () => untilMs,
    throttled(retryAfterMs) {
      const nowMs = clock.monotonicMs();
      if (retryAfterMs !== undefined) untilMs = Math.max(untilMs, nowMs + Math.min(retryAfterMs, LONGEST_ASKED_MS));
      // Messages that were under way together are throttled together: that is one sign, not several.
      if (untilMs > nowMs) return;
      untilMs = nowMs + nextMs;
      nextMs = Math.min(nextMs * 2, LONGEST_MS);
    },
    accepted() {
      nextMs = FIRST_MS;
    },
  };
}
