import type { Tell } from "../sms/event.ts";
import type { Clock } from "../values/clock.ts";
import { afterwards, promised } from "../values/promised.ts";
import { awayReason } from "./away-reason.ts";
import type { Store } from "./store.ts";

const ANSWER_MS = 200;
/** At the start a connection has to be made first. */
const FIRST_ANSWER_MS = 2_000;
const PROBE_EVERY_MS = 1_000;

/** A store that may be away, asked only while it answers. */
export interface Watched {
  /** What the store answers; undefined when it does not, or is known to be away. */
  ask<T>(operation: (store: Store) => Promise<T>): Promise<{ answer: T } | undefined>;
  /** Asks in the background; `otherwise` runs when there was no answer. */
  later(operation: (store: Store) => Promise<void>, otherwise?: () => void): void;
  /** Resolves when nothing is asked in the background any more. */
  idle(): Promise<void>;
  /** Stops looking whether it is back. */
  stop(): void;
}

/** What a watched store needs. */
export interface WatchedParts {
  store: Store;
  clock: Clock;
  tell: Tell;
  /** Runs when the store is well, at the start and each time before it is asked again; may use it. */
  onWell(store: Store, switchedOff: readonly string[]): Promise<void>;
}

/** Asks a store as long as it answers in time, and looks once a second whether it does again; tells either once. */
export function watch({ store, clock, tell, onWell }: WatchedParts): Watched {
  const stopped = new AbortController();
  let isAway = false;

  async function probe(withinMs: number): Promise<void> {
    // A write, since a store that is full or a mere replica still answers questions.
    const request = { fingerprint: "probe", owner: "msg_probe", leaseMs: 1, buckets: [], enforce: false } as const;
    const admission = await within(clock, withinMs, () => store.admit(request));
    // Not granted: another replica has written the same in this millisecond, which proves as much.
    const switchedOff = admission.state === "granted" ? admission.disabled : undefined;
    await within(clock, ANSWER_MS, async () => onWell(store, switchedOff ?? (await store.switchedOff())));
  }

  function leave(error: unknown): void {
    if (isAway || stopped.signal.aborted) return;
    isAway = true;
    tell({ type: "store", degraded: true, reason: awayReason(error) });
    void comeBack();
  }

  async function comeBack(): Promise<void> {
    while (isAway) {
      await clock.sleep(PROBE_EVERY_MS, stopped.signal);
      if (stopped.signal.aborted) return;
      isAway = await probe(ANSWER_MS).then(
        () => false,
        () => true,
      );
    }
    tell({ type: "store", degraded: false });
  }

  // Every message waits here twice: chained, since an async function around the wait costs more than the asking.
  const ask: Watched["ask"] = (operation) => {
    if (isAway) return Promise.resolve(undefined);
    return within(clock, ANSWER_MS, () => operation(store)).then(
      (answer) => ({ answer }),
      (error) => {
        leave(error);
        return undefined;
      },
    );
  };

  void probe(FIRST_ANSWER_MS).catch(leave);
  return { ask, ...inBackground(ask), stop: () => stopped.abort() };
}

function inBackground(ask: Watched["ask"]): Pick<Watched, "later" | "idle"> {
  const underWay = new Set<Promise<void>>();
  return {
    later(operation, otherwise) {
      const work = ask(operation).then((asked) => {
        if (!asked) otherwise?.();
        underWay.delete(work);
      });
      underWay.add(work);
    },
    idle: async () => void (await Promise.all(underWay)),
  };
}

function within<T>(clock: Clock, ms: number, operation: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const letBe = clock.after(ms, () => reject(new Error("no answer in time")));
    afterwards(promised(operation), letBe).then(resolve, reject);
  });
}
