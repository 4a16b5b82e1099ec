import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Bucket, Store } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";
import { unlimited } from "../helpers/allowance.ts";
import { createVirtualClock, type VirtualClock } from "../helpers/virtual-clock.ts";

describeStore("the memory store", async () => {
  const clock = createVirtualClock();
  return { store: createMemoryStore(clock), ...clock };
});

/** Time as it really is: no two readings are the same. */
function restless(clock: VirtualClock): VirtualClock {
  let readings = 0;
  return { ...clock, monotonicMs: () => clock.monotonicMs() + ++readings / 1_000_000 };
}

describe("the memory store in real time", () => {
  it("gives back what was taken, though time went on within the same step", async () => {
    const clock = restless(createVirtualClock());
    const store = createMemoryStore(clock);
    const buckets = [5, 100].map((max) => ({ dimension: "number", key: `k${max}`, max, perMs: 60_000, cost: 5 }));
    for (const fingerprint of ["1", "2", "3"]) {
      const claim = { ...ask, fingerprint, owner: "msg_a" as const, buckets };
      expect((await store.admit(claim)).state).toBe("granted");
      const result = { outcome: "failed", messageId: "msg_a" } as const;
      await store.settle({ ...claim, result, keepMs: 0, giveBack: buckets });
    }
  });
});

const ask = { leaseMs: 3_000, ...unlimited };

describe("the memory store", () => {
  it("forgets beyond its bound the claim that ends first", async () => {
    const store = createMemoryStore(createVirtualClock(), { maxClaims: 2 });
    for (const fingerprint of ["1", "2", "3"]) await store.admit({ ...ask, fingerprint, owner: "msg_a" });
    expect((await store.admit({ ...ask, fingerprint: "3", owner: "msg_b" })).state).toBe("in-flight");
    expect((await store.admit({ ...ask, fingerprint: "1", owner: "msg_b" })).state).toBe("granted");
  });

  const MINUTE_MS = 60_000;
  const DAY_MS = 24 * 60 * MINUTE_MS;
  const bucket = (dimension: string, key: string, perMs: number) => ({ dimension, key, max: 1, perMs, cost: 1 });
  let messages = 0;
  /** Takes from the windows with a message of its own; whether they had room. */
  async function take(store: Store, ...buckets: Bucket[]): Promise<boolean> {
    const { state } = await store.admit({ ...ask, fingerprint: `m${++messages}`, owner: "msg_a", buckets });
    return state === "granted";
  }

  it("forgets windows that have ended before one that has not, whichever was written first", async () => {
    const clock = createVirtualClock();
    const store = createMemoryStore(clock, { maxWindows: 3 });
    const day = bucket("number", "a", DAY_MS);
    await take(store, day);
    for (const key of ["b", "c"]) await take(store, bucket("number", key, MINUTE_MS));
    await clock.advance(MINUTE_MS);
    for (const key of ["d", "e"]) await take(store, bucket("number", key, MINUTE_MS));
    expect(await take(store, day)).toBe(false);
  });

  it("forgets beyond its bound the windows that end first, whichever were written first", async () => {
    const store = createMemoryStore(createVirtualClock(), { maxWindows: 3 });
    const day = bucket("number", "a", DAY_MS);
    await take(store, day);
    for (const key of ["b", "c", "d"]) await take(store, bucket("number", key, MINUTE_MS));
    expect(await take(store, day)).toBe(false);
    expect(await take(store, bucket("number", "d", MINUTE_MS))).toBe(false);
    expect(await take(store, bucket("number", "b", MINUTE_MS))).toBe(true);
  });

  it.each([MINUTE_MS, 60 * MINUTE_MS, DAY_MS])(
    "holds a country's limit per %i ms however many numbers it has seen since",
    async (perMs) => {
      const store = createMemoryStore(createVirtualClock(), { maxWindows: 100 });
      const country = bucket("country", "DE", perMs);
      await take(store, country);
      for (let number = 0; number < 1_000; number++) {
        await take(store, bucket("number", `s${number}`, MINUTE_MS), bucket("number", `l${number}`, DAY_MS));
      }
      expect(await take(store, country)).toBe(false);
    },
  );

  it("forgets beyond its bound what was sent before what is being sent, though that would end first", async () => {
    const store = createMemoryStore(createVirtualClock(), { maxClaims: 10 });
    const result = { outcome: "sent", messageId: "msg_a" } as const;
    await store.admit({ ...ask, fingerprint: "sending", owner: "msg_s" });
    for (let number = 1; number <= 20; number++) {
      const fingerprint = String(number);
      await store.admit({ ...ask, fingerprint, owner: "msg_a" });
      await store.settle({ fingerprint, owner: "msg_a", result, keepMs: 600_000 });
    }
    const stateOf = async (fingerprint: string) =>
      (await store.admit({ ...ask, fingerprint, owner: "msg_b", buckets: [] })).state;
    expect(await stateOf("sending")).toBe("in-flight");
    expect(await stateOf("20")).toBe("settled");
    expect(await stateOf("1")).toBe("granted");
  });
});
