import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import { describeStore } from "../contract/store.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

describeStore("the memory store", () => {
  const clock = createVirtualClock();
  return { store: createMemoryStore(clock), clock };
});

describe("the memory store", () => {
  it("forgets the oldest claim beyond its bound", async () => {
    const store = createMemoryStore(createVirtualClock(), { maxClaims: 2 });
    for (const fingerprint of ["1", "2", "3"]) await store.admit({ fingerprint, owner: "msg_a", leaseMs: 3_000 });
    expect((await store.admit({ fingerprint: "3", owner: "msg_b", leaseMs: 3_000 })).state).toBe("in-flight");
    expect((await store.admit({ fingerprint: "1", owner: "msg_b", leaseMs: 3_000 })).state).toBe("granted");
  });
});
