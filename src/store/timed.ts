import type { Tell } from "../sms/event.ts";
import type { Clock } from "../values/clock.ts";
import { afterwards, promised } from "../values/promised.ts";
import type { Store } from "./store.ts";

/** The same store; tells how long each of its operations took, also of one that failed. */
export function createTimedStore(store: Store, clock: Clock, tell: Tell): Store {
  function time<Answer>(operation: string, run: () => Promise<Answer>): Promise<Answer> {
    const startedMs = clock.monotonicMs();
    const ended = () => tell({ type: "stored", operation, durationMs: clock.monotonicMs() - startedMs });
    return afterwards(promised(run), ended);
  }
  return {
    admit: (request) => time("admit", () => store.admit(request)),
    renew: (request) => time("renew", () => store.renew(request)),
    settle: (request) => time("settle", () => store.settle(request)),
    record: (record) => time("record", () => store.record(record)),
    recordRepeat: (id) => time("record-repeat", () => store.recordRepeat(id)),
    find: (which) => time("find", () => store.find(which)),
    switch: (provider, on) => time("switch", () => store.switch(provider, on)),
    switchedOff: () => time("switched-off", () => store.switchedOff()),
    close: store.close,
  };
}
