import type { Abort } from "./abort.ts";
import { sharedTimers } from "./shared-timers.ts";

/** Time as an effect: deadlines and breakers read `monotonicMs`, records read `wallMs`. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never jumps, never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01 UTC, as the operator's clock says. */
  wallMs(): number;
  /** Runs `wake` once after `ms`, never at once; call the answer so that it does not. */
  after(ms: number, wake: () => void): () => void;
  /** Resolves after `ms`, at once when that is past, or as soon as `signal` aborts; never rejects. */
  sleep(ms: number, signal?: Abort): Promise<void>;
}

/** The clock of this process. */
export const systemClock: Clock = createSystemClock();

function createSystemClock(): Clock {
  const monotonicMs = () => performance.now();
  const after = sharedTimers({ monotonicMs, after: timer });
  return { monotonicMs, wallMs: () => Date.now(), after, sleep: sleepBy(after) };
}

function timer(ms: number, wake: () => void): () => void {
  const timeout = setTimeout(wake, Math.max(0, ms));
  return () => clearTimeout(timeout);
}

/** A clock's `sleep` from its `after`. */
export function sleepBy(after: Clock["after"]): Clock["sleep"] {
  return (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        letBe();
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const letBe = after(ms, finish);
      signal?.addEventListener("abort", finish);
    });
}
