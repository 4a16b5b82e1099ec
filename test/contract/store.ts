import { describe, expect, it } from "vitest";
import type { ClaimResult, Store } from "../../src/store/store.ts";
import type { VirtualClock } from "../helpers/virtual-clock.ts";

/** What every store must do, whatever it is made of. */
export function describeStore(name: string, create: () => { store: Store; clock: VirtualClock }): void {
  const ask = { fingerprint: "f", leaseMs: 3_000 };
  const sent: ClaimResult = { outcome: "sent", messageId: "msg_a", provider: "p" };

  describe(name, () => {
    it("grants a claim once among a hundred callers", async () => {
      const { store } = create();
      const owners = Array.from({ length: 100 }, (_, index) => `msg_${index}` as const);
      const admissions = await Promise.all(owners.map((owner) => store.admit({ ...ask, owner })));
      expect(admissions.filter(({ state }) => state === "granted")).toHaveLength(1);
      expect(admissions.filter(({ state }) => state === "in-flight")).toHaveLength(99);
    });

    it("keeps claims on different messages apart", async () => {
      const { store } = create();
      await store.admit({ ...ask, owner: "msg_a" });
      expect(await store.admit({ ...ask, fingerprint: "g", owner: "msg_b" })).toEqual({ state: "granted" });
    });

    it("answers with the result for as long as it was told to", async () => {
      const { store, clock } = create();
      await store.admit({ ...ask, owner: "msg_a" });
      await store.settle({ fingerprint: "f", owner: "msg_a", result: sent, keepMs: 1_000 });
      await clock.advance(999);
      expect(await store.admit({ ...ask, owner: "msg_b" })).toEqual({ state: "settled", result: sent });
      await clock.advance(1);
      expect(await store.admit({ ...ask, owner: "msg_c" })).toEqual({ state: "granted" });
    });

    it("hands a claim over when its lease ends, and then ignores the old owner", async () => {
      const { store, clock } = create();
      await store.admit({ ...ask, owner: "msg_a" });
      await clock.advance(3_000);
      expect(await store.admit({ ...ask, owner: "msg_b" })).toEqual({ state: "granted" });
      await store.settle({ fingerprint: "f", owner: "msg_a", result: sent, keepMs: 1_000 });
      expect(await store.admit({ ...ask, owner: "msg_c" })).toEqual({ state: "in-flight", owner: "msg_b" });
    });

    it("gives a released claim to the next caller, and its result to those who waited for it", async () => {
      const { store } = create();
      const failed: ClaimResult = { outcome: "failed", messageId: "msg_a" };
      await store.admit({ ...ask, owner: "msg_a" });
      await store.settle({ fingerprint: "f", owner: "msg_a", result: failed, keepMs: 0 });
      expect(await store.admit({ ...ask, owner: "msg_b", waitedFor: "msg_a" })).toEqual({
        state: "settled",
        result: failed,
      });
      expect(await store.admit({ ...ask, owner: "msg_c" })).toEqual({ state: "granted" });
    });
  });
}
