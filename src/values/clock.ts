import type { Abort } from "./abort.ts";

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
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after,
  sleep: sleepBy(after),
};

function after(ms: number, wake: () => void): () => void {
  const timer = setTimeout(wake, Math.max(0, ms));
  return () => clearTimeout(timer);
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
