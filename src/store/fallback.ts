import type { Tell } from "../sms/event.ts";
import type { Clock } from "../values/clock.ts";
import { createMissed } from "./missed.ts";
import type { Admission, AdmitRequest, Bucket, MessageRecord, Store } from "./store.ts";
import { createSwitches, type Switches } from "./switches.ts";
import { type Watched, watch } from "./watched.ts";

/** What a store over two stores needs. */
export interface FallbackParts {
  /** Shared by all replicas, and sometimes away. */
  shared: Store;
  /** This process's own; it knows everything that this process did, so that it can take over at any moment. */
  own: Store;
  /** How many replicas are expected to share the limits while they cannot be asked. */
  replicas: number;
  clock: Clock;
  tell: Tell;
}

/** A store that asks the shared one, and goes on with its own while that one is away. Only `admit` is waited for. */
export function createFallbackStore(parts: FallbackParts): Store {
  const { shared, own, clock, tell } = parts;
  const switches = createSwitches();
  const onWell = async (store: Store, switchedOff: readonly string[]) => {
    switches.hear(switchedOff);
    await switches.tellTo(store);
  };
  const watched = watch({ store: shared, clock, tell, onWell });
  return {
    ...createClaims(parts, watched, switches),
    ...createRecords(own, watched),
    async switch(provider, on) {
      switches.note(provider, on);
      await watched.ask(switches.tellTo);
    },
    async switchedOff() {
      const asked = await watched.ask((store) => store.switchedOff());
      if (asked) switches.hear(asked.answer);
      return switches.off();
    },
    async close() {
      await watched.idle();
      watched.stop();
      await Promise.all([shared.close(), own.close()]);
    },
  };
}

function createClaims(
  { own, replicas, clock }: FallbackParts,
  watched: Watched,
  switches: Switches,
): Pick<Store, "admit" | "renew" | "settle"> {
  const missed = createMissed(clock);
  const share = (buckets: readonly Bucket[]) =>
    replicas === 1 ? buckets : buckets.map((bucket) => shareOf(bucket, replicas));

  async function admitAlone(request: AdmitRequest): Promise<Admission> {
    const admission = await own.admit({ ...request, buckets: share(request.buckets) });
    if (admission.state !== "granted") return admission;
    missed.add(request.fingerprint, request.leaseMs);
    return { ...admission, disabled: switches.off() };
  }

  /** A shared store that was emptied grants what this process has sent already: then the grant is given back. */
  function check(request: AdmitRequest, granted: Granted): Promise<Admission> {
    const { fingerprint, owner, leaseMs, waitedFor, buckets } = request;
    switches.hear(granted.disabled);
    const ours: AdmitRequest = { fingerprint, owner, leaseMs, waitedFor, buckets: share(buckets), enforce: false };
    return own.admit(ours).then((known) => {
      if (known.state === "granted") return { state: "granted", disabled: switches.off(), fills: granted.fills };
      const result = { outcome: "failed", messageId: owner } as const;
      watched.later((store) => store.settle({ fingerprint, owner, result, keepMs: 0, giveBack: buckets }));
      return known;
    });
  }

  // What needs no waiting is no async function: each message comes here.
  return {
    admit(request) {
      if (missed.has(request.fingerprint)) return admitAlone(request);
      return watched
        .ask((store) => store.admit(request))
        .then((asked) => {
          if (!asked) return admitAlone(request);
          return asked.answer.state === "granted" ? check(request, asked.answer) : asked.answer;
        });
    },
    async renew(request) {
      const { fingerprint, leaseMs } = request;
      await own.renew(request);
      if (missed.has(fingerprint)) missed.add(fingerprint, leaseMs);
      watched.later((store) => store.renew(request));
    },
    settle(request) {
      const { fingerprint, owner, result, keepMs, giveBack = [], record } = request;
      const settled = own.settle({ fingerprint, owner, result, keepMs, giveBack: share(giveBack), record });
      const miss = () => missed.add(fingerprint, keepMs);
      if (missed.has(fingerprint)) miss();
      // Also when it was granted here: an answer that came too late may have granted it there as well.
      watched.later((store) => store.settle(request), miss);
      return settled;
    },
  };
}

/** Written out: a spread costs more than the rest of asking, and each message has half a dozen buckets. */
function shareOf({ dimension, key, max, perMs, cost }: Bucket, replicas: number): Bucket {
  return { dimension, key, max: Math.max(1, Math.floor(max / replicas)), perMs, cost };
}

type Granted = Extract<Admission, { state: "granted" }>;

function createRecords(own: Store, watched: Watched): Pick<Store, "record" | "recordRepeat" | "find"> {
  return {
    async record(record) {
      watched.later((store) => store.record(record));
      await own.record(record);
    },
    async recordRepeat(id) {
      watched.later((store) => store.recordRepeat(id));
      await own.recordRepeat(id);
    },
    async find(which) {
      const all = (await watched.ask((store) => store.find(which)))?.answer ?? [];
      const known = new Set(all.map(({ id }) => id));
      const ours = (await own.find(which)).filter(({ id }) => !known.has(id));
      return ours.length === 0 ? all : newestFirst([...ours, ...all]);
    },
  };
}

function newestFirst(records: MessageRecord[]): MessageRecord[] {
  return records.sort((one, other) => other.receivedAt - one.receivedAt);
}
