import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
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
  it("forgets the oldest claim beyond its bound", async () => {
    const store = createMemoryStore(createVirtualClock(), { maxClaims: 2 });
    for (const fingerprint of ["1", "2", "3"]) await store.admit({ ...ask, fingerprint, owner: "msg_a" });
    expect((await store.admit({ ...ask, fingerprint: "3", owner: "msg_b" })).state).toBe("in-flight");
    expect((await store.admit({ ...ask, fingerprint: "1", owner: "msg_b" })).state).toBe("granted");
  });
});
