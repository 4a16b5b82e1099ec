import fc from "fast-check";
import { expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import { type AdmitRequest, type Bucket, type MessageRecord, type Store, writeRecord } from "../../src/store/store.ts";
import type { StoreBench } from "../contract/store.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const LEASE_MS = 3_000;
const BUCKETS: Bucket[] = [
  { dimension: "number", key: "a", max: 3, perMs: 10_000, cost: 1 },
  { dimension: "number", key: "b", max: 1, perMs: 2_000, cost: 1 },
  { dimension: "total", key: "c", max: 20, perMs: 7_001, cost: 1 },
  { dimension: "spend", key: "d", max: 100_000, perMs: 60_000, cost: 8_300 },
];

type Step =
  | { do: "pause"; ms: number }
  | { do: "admit"; fingerprint: string; buckets: Bucket[]; enforce: boolean; waited: boolean }
  | { do: "settle"; keepMs: number; part: number }
  | { do: "renew" }
  | { do: "switch"; provider: string; on: boolean }
  | { do: "record"; tag: string }
  | { do: "repeat" }
  | { do: "find"; tag: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pause"), ms: fc.integer({ min: 0, max: 2_500 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("admit"),
      fingerprint: fc.constantFrom("f", "g", "h", "i"),
      buckets: fc.subarray(BUCKETS),
      enforce: fc.boolean(),
      waited: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("settle"),
      keepMs: fc.constantFrom(0, 1_500),
      part: fc.constantFrom(0, 0.5, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("renew") }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("switch"), provider: fc.constantFrom("p", "q"), on: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("record"), tag: fc.constantFrom("t", "u") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("find"), tag: fc.constantFrom("t", "u") }) },
) as fc.Arbitrary<Step>;

/** One history through this store and through memory, with the same answers at every step. */
export function describeSameAnswers(name: string, create: () => Promise<StoreBench>, histories = 150): void {
  it(`${name} answers as the memory store does, whatever the history`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
        const clock = createVirtualClock();
        const other = await create();
        const inMemory = player(createMemoryStore(clock), clock.wallMs);
        const inOther = player(other.store, clock.wallMs);
        for (const one of steps) {
          if (one.do === "pause") await Promise.all([clock.advance(one.ms), other.advance(one.ms)]);
          else expect(await inOther(one)).toEqual(await inMemory(one));
        }
      }),
      { numRuns: histories },
    );
  });
}

/** Plays steps on one store: settles the oldest claim of its own that is still leased. */
function player(store: Store, nowMs: () => number): (step: Exclude<Step, { do: "pause" }>) => Promise<unknown> {
  let held: (AdmitRequest & { untilMs: number })[] = [];
  let released: AdmitRequest["owner"] | undefined;
  let count = 0;
  return async (step) => {
    held = held.filter(({ untilMs }) => untilMs > nowMs());
    const [claim] = held;
    switch (step.do) {
      case "admit": {
        const { fingerprint, buckets, enforce, waited } = step;
        const request = { fingerprint, owner: `msg_${++count}` as const, leaseMs: LEASE_MS, buckets, enforce };
        const admission = await store.admit({ ...request, ...(waited && released && { waitedFor: released }) });
        if (admission.state === "granted") held.push({ ...request, untilMs: nowMs() + LEASE_MS });
        return "disabled" in admission ? { ...admission, disabled: [...admission.disabled].sort() } : admission;
      }
      case "settle": {
        if (!claim) return;
        held.shift();
        if (step.keepMs === 0) released = claim.owner;
        const giveBack = step.part
          ? claim.buckets.map((bucket) => ({ ...bucket, cost: Math.ceil(bucket.cost * step.part) }))
          : [];
        const result = { outcome: step.keepMs ? "sent" : "failed", messageId: claim.owner } as const;
        return store.settle({ ...claim, result, keepMs: step.keepMs, giveBack });
      }
      case "renew":
        if (!claim) return;
        claim.untilMs = nowMs() + LEASE_MS;
        return store.renew(claim);
      case "switch":
        await store.switch(step.provider, step.on);
        return [...(await store.switchedOff())].sort();
      case "record":
        return store.record(writeRecord(recordOf(++count, step.tag, nowMs())));
      case "repeat":
        return store.recordRepeat(`msg_${count}`);
      case "find":
        return store.find({ tag: step.tag });
    }
  };
}

function recordOf(count: number, tag: string, receivedAt: number): MessageRecord {
  return {
    ...{ id: `msg_${count}`, tag, maskedTo: "**23", country: "DE", template: "login_code_valid", receivedAt },
    ...{ outcome: "sent", attempts: [], durationMs: 1, repeats: 0 },
  };
}
