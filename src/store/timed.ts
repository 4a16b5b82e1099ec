import type { Tell } from "../sms/event.ts";
import type { Clock } from "../values/clock.ts";
import type { Store } from "./store.ts";

/** The same store; tells how long each of its operations took, also of one that failed. */
export function createTimedStore(store: Store, clock: Clock, tell: Tell): Store {
  const timed =
    <A extends unknown[], R>(operation: string, run: (...input: A) => Promise<R>) =>
    async (...input: A): Promise<R> => {
      const startedMs = clock.monotonicMs();
      try {
        return await run(...input);
      } finally {
        tell({ type: "stored", operation, durationMs: clock.monotonicMs() - startedMs });
      }
    };
  return {
    admit: timed("admit", store.admit),
    renew: timed("renew", store.renew),
    settle: timed("settle", store.settle),
    record: timed("record", store.record),
    recordRepeat: timed("record-repeat", store.recordRepeat),
    find: timed("find", store.find),
    switch: timed("switch", store.switch),
    switchedOff: timed("switched-off", store.switchedOff),
    close: store.close,
  };
}
