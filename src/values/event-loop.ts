import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 20;
const QUANTILES = [0.5, 0.9, 0.99, 1];

/** How late this process gets to its work: milliseconds by quantile, 1 for the worst, since it was asked before. */
export type EventLoopDelay = () => ReadonlyMap<number, number>;

/** Looks at this process's event loop from now on. */
export function watchEventLoop(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return () => {
    // What it measures is the time between two timers, which are so far apart anyway.
    const delayOf = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const delays = new Map(QUANTILES.map((quantile) => [quantile, delayOf(histogram.percentile(quantile * 100))]));
    histogram.reset();
    return delays;
  };
}
