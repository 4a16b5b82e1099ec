/** Time as an effect: deadlines and breakers read `monotonicMs`, records read `wallMs`. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never jumps, never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01 UTC, as the operator's clock says. */
  wallMs(): number;
  /** Resolves after `ms`, at once when that is past, or as soon as `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of this process. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep,
};

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.max(0, ms));
    signal?.addEventListener("abort", finish);
  });
}
