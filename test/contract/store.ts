import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bucket, type ClaimResult, type MessageRecord, type Store, writeRecord } from "../../src/store/store.ts";
import { unlimited } from "../helpers/allowance.ts";

/** A fresh store, and the time it lives in. */
export interface StoreBench {
  store: Store;
  /** Moves the store's time. */
  advance(ms: number): Promise<void>;
  /** The store's time as milliseconds since 1970. */
  wallMs(): number;
}

/** What every store must do, whatever it is made of; `create` is called for every history anew. */
export function describeStore(name: string, create: () => Promise<StoreBench>, histories = 100): void {
  const ask = { fingerprint: "f", leaseMs: 3_000, ...unlimited };
  const sent: ClaimResult = { outcome: "sent", messageId: "msg_a", provider: "p" };

  describe(name, () => {
    it("grants a claim once among a hundred callers", async () => {
      const { store } = await create();
      const owners = Array.from({ length: 100 }, (_, index) => `msg_${index}` as const);
      const admissions = await Promise.all(owners.map((owner) => store.admit({ ...ask, owner })));
      expect(admissions.filter(({ state }) => state === "granted")).toHaveLength(1);
      expect(admissions.filter(({ state }) => state === "in-flight")).toHaveLength(99);
    });

    it("keeps claims on different messages apart", async () => {
      const { store } = await create();
      await store.admit({ ...ask, owner: "msg_a" });
      expect(await store.admit({ ...ask, fingerprint: "g", owner: "msg_b" })).toMatchObject({ state: "granted" });
    });

    it("answers with the result for as long as it was told to", async () => {
      const { store, advance } = await create();
      await store.admit({ ...ask, owner: "msg_a" });
      await store.settle({ fingerprint: "f", owner: "msg_a", result: sent, keepMs: 1_000 });
      await advance(999);
      expect(await store.admit({ ...ask, owner: "msg_b" })).toEqual({ state: "settled", result: sent });
      await advance(1);
      expect(await store.admit({ ...ask, owner: "msg_c" })).toMatchObject({ state: "granted" });
    });

    it("hands a claim over when its lease ends, and then ignores the old owner", async () => {
      const { store, advance } = await create();
      await store.admit({ ...ask, owner: "msg_a" });
      await advance(3_000);
      expect(await store.admit({ ...ask, owner: "msg_b" })).toMatchObject({ state: "granted" });
      await store.settle({ fingerprint: "f", owner: "msg_a", result: sent, keepMs: 1_000 });
      expect(await store.admit({ ...ask, owner: "msg_c" })).toEqual({ state: "in-flight", owner: "msg_b" });
    });

    it("keeps a claim whose lease is renewed, but only for its owner", async () => {
      const { store, advance } = await create();
      await store.admit({ ...ask, owner: "msg_a" });
      for (let second = 0; second < 5; second++) {
        await advance(1_000);
        await store.renew({ ...ask, owner: "msg_a" });
      }
      expect((await store.admit({ ...ask, owner: "msg_b" })).state).toBe("in-flight");
      await advance(2_999);
      await store.renew({ ...ask, owner: "msg_b" });
      await advance(1);
      expect((await store.admit({ ...ask, owner: "msg_b" })).state).toBe("granted");
    });

    it("keeps a result as long as it was told to, whatever is renewed after it", async () => {
      const { store, advance } = await create();
      await store.admit({ ...ask, owner: "msg_a" });
      await store.settle({ fingerprint: "f", owner: "msg_a", result: sent, keepMs: 10_000 });
      await store.renew({ ...ask, owner: "msg_a" });
      await advance(9_999);
      expect((await store.admit({ ...ask, owner: "msg_b" })).state).toBe("settled");
    });

    it("tells whoever is granted a claim which providers are switched off", async () => {
      const { store } = await create();
      await store.switch("p", false);
      await store.switch("q", false);
      await store.switch("q", true);
      expect(await store.admit({ ...ask, owner: "msg_a" })).toMatchObject({ state: "granted", disabled: ["p"] });
      expect(await store.switchedOff()).toEqual(["p"]);
    });

    it("finds what it recorded by number tag and by id, newest first, and counts repetitions", async () => {
      const { store, advance, wallMs } = await create();
      const record = (id: MessageRecord["id"], tag: string) =>
        writeRecord({
          ...{ id, tag, maskedTo: "**23", country: "DE", template: "login_code_valid", receivedAt: wallMs() },
          ...{ outcome: "sent", attempts: [], durationMs: 1, repeats: 0 },
        });
      await store.record(record("msg_a", "t"));
      await store.record(record("msg_b", "u"));
      const result = { outcome: "sent", messageId: "msg_c" } as const;
      // Remembered whether or not the claim that it ends is still there.
      await store.settle({ fingerprint: "f", owner: "msg_c", result, keepMs: 1_000, record: record("msg_c", "t") });
      await store.recordRepeat("msg_a");
      expect((await store.find({ tag: "t" })).map(({ id, repeats }) => [id, repeats])).toEqual([
        ["msg_c", 0],
        ["msg_a", 1],
      ]);
      expect((await store.find({ id: "msg_b" })).map(({ tag }) => tag)).toEqual(["u"]);
      await advance(24 * 3_600_000);
      expect(await store.find({ tag: "t" })).toEqual([]);
    });

    describe("windows", () => {
      const bucket = (max: number, changes: Partial<Bucket> = {}): Bucket => ({
        ...{ dimension: "number", key: `k${max}`, max, perMs: 60_000, cost: 1 },
        ...changes,
      });
      let messages = 0;
      /** Asks with a message of its own each time. */
      const take = (store: Store, buckets: Bucket[], enforce = true) => {
        const fingerprint = `m${++messages}`;
        const owner = `msg_${messages}` as const;
        return store
          .admit({ ...ask, fingerprint, owner, buckets, enforce })
          .then((admission) => ({ admission, fingerprint, owner }));
      };

      it.each([1, 5, 16, 17, 100])("let exactly %i of a hundred and fifty at once through", async (max) => {
        const { store } = await create();
        const answers = await Promise.all(Array.from({ length: 150 }, () => take(store, [bucket(max)])));
        expect(answers.filter(({ admission }) => admission.state === "granted")).toHaveLength(max);
        expect(answers.at(-1)?.admission).toMatchObject({ state: "limited", dimension: "number", fills: [1] });
      });

      it("count a message once for each bucket that shares them", async () => {
        const { store } = await create();
        const same = [bucket(2), bucket(2)];
        expect((await take(store, same)).admission.state).toBe("granted");
        expect((await take(store, same)).admission.state).toBe("limited");
      });

      it("take from all buckets or from none", async () => {
        const { store } = await create();
        const small = bucket(1, { dimension: "country" });
        await take(store, [small]);
        expect((await take(store, [bucket(5), small])).admission).toMatchObject({
          state: "limited",
          dimension: "country",
          fills: [0, 1],
        });
        expect((await take(store, [bucket(5)])).admission).toMatchObject({ fills: [0.2] });
      });

      it("have room again when their time has passed", async () => {
        const { store, advance } = await create();
        await take(store, [bucket(1)]);
        await advance(59_999);
        expect((await take(store, [bucket(1)])).admission.state).toBe("limited");
        await advance(1);
        expect((await take(store, [bucket(1)])).admission.state).toBe("granted");
      });

      it("take nothing for a repetition", async () => {
        const { store } = await create();
        const first = await take(store, [bucket(5)]);
        for (let index = 0; index < 12; index++) {
          await store.admit({ ...ask, fingerprint: first.fingerprint, owner: "msg_again", buckets: [bucket(5)] });
        }
        expect((await take(store, [bucket(5)])).admission).toMatchObject({ fills: [0.4] });
      });

      it.each([5, 100])("get back what was not used after all (of %i)", async (max) => {
        const { store, advance } = await create();
        const { fingerprint, owner } = await take(store, [bucket(max, { cost: 5 })]);
        await advance(2_000);
        const result = { outcome: "failed", messageId: owner } as const;
        await store.settle({ fingerprint, owner, result, keepMs: 0, giveBack: [bucket(max, { cost: 3 })] });
        expect((await take(store, [bucket(max)])).admission).toMatchObject({ fills: [3 / max] });
      });

      it("count on without stopping when they only watch", async () => {
        const { store } = await create();
        for (let index = 0; index < 3; index++) await take(store, [bucket(2)], false);
        expect((await take(store, [bucket(2)], false)).admission).toMatchObject({ state: "granted", fills: [2] });
      });

      it("never let more than max through in any window, whatever the history", async () => {
        const history = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 80 });
        await fc.assert(
          fc.asyncProperty(fc.constantFrom(1, 3, 16, 17, 40), history, async (max, pauses) => {
            const { store, advance, wallMs } = await create();
            const grantedAt: number[] = [];
            for (const pauseMs of pauses) {
              await advance(pauseMs);
              if ((await take(store, [bucket(max)])).admission.state === "granted") grantedAt.push(wallMs());
            }
            for (const atMs of grantedAt) {
              expect(grantedAt.filter((other) => other > atMs - 60_000 && other <= atMs).length).toBeLessThanOrEqual(
                max,
              );
            }
          }),
          { numRuns: histories },
        );
      });
    });

    it("ends many messages at the same time, each as if it were alone", async () => {
      const { store, wallMs } = await create();
      const total: Bucket = { dimension: "total", key: "total", max: 1_000, perMs: 60_000, cost: 1 };
      const messages = Array.from({ length: 150 }, (_, index) => ({
        claim: { fingerprint: `f${index}`, owner: `msg_${index}` as const },
        own: { dimension: "number", key: `n${index}`, max: 2, perMs: 60_000, cost: 1 },
        isSent: index % 3 > 0,
        isRecorded: index % 5 > 0,
        tag: `tag-${index}`,
      }));
      for (const { claim, own } of messages) {
        await store.admit({ ...ask, ...claim, buckets: [own, total], enforce: true });
      }
      // One of them was not the owner, and ends nothing.
      const stranger = {
        fingerprint: "f1",
        owner: "msg_stranger",
        result: sent,
        keepMs: 0,
        giveBack: [total],
      } as const;
      const ends = messages.map(({ claim, own, isSent, isRecorded, tag }) => ({
        ...claim,
        result: { outcome: isSent ? "sent" : "failed", messageId: claim.owner } as ClaimResult,
        keepMs: isSent ? 10_000 : 0,
        giveBack: isSent ? [] : [own, total],
        record: isRecorded
          ? writeRecord({
              ...{ id: claim.owner, tag, maskedTo: "**23", country: "DE", template: "otp", receivedAt: wallMs() },
              ...{ outcome: "sent", attempts: [], durationMs: 1, repeats: 0 },
            })
          : undefined,
      }));
      await Promise.all([...ends, stranger].map((end) => store.settle(end)));
      const left = messages.filter(({ isSent }) => isSent).length;
      for (const { claim, own, isSent, isRecorded, tag } of messages) {
        const again = await store.admit({
          ...ask,
          ...claim,
          owner: "msg_again",
          buckets: [own, total],
          enforce: false,
        });
        if (isSent) expect(again).toMatchObject({ state: "settled", result: { messageId: claim.owner } });
        else expect(again).toMatchObject({ state: "granted", fills: [1 / 2, expect.any(Number)] });
        expect(await store.find({ tag })).toHaveLength(isRecorded ? 1 : 0);
      }
      const last = await store.admit({
        ...ask,
        fingerprint: "last",
        owner: "msg_last",
        buckets: [total],
        enforce: true,
      });
      const repeated = messages.length - left;
      expect(last).toMatchObject({ fills: [(left + repeated + 1) / total.max] });
    });

    it("remembers the end of a message whose lease had run out while nobody took it over", async () => {
      const { store, advance } = await create();
      await store.admit({ ...ask, owner: "msg_a" });
      await advance(3_001);
      await store.admit({ ...ask, fingerprint: "g", owner: "msg_b" });
      await store.settle({ fingerprint: "f", owner: "msg_a", result: sent, keepMs: 600_000 });
      expect((await store.admit({ ...ask, owner: "msg_c" })).state).toBe("settled");
    });

    it("gives a released claim to the next caller, and its result to those who waited for it", async () => {
      const { store } = await create();
      const failed: ClaimResult = { outcome: "failed", messageId: "msg_a" };
      await store.admit({ ...ask, owner: "msg_a" });
      await store.settle({ fingerprint: "f", owner: "msg_a", result: failed, keepMs: 0 });
      expect(await store.admit({ ...ask, owner: "msg_b", waitedFor: "msg_a" })).toEqual({
        state: "settled",
        result: failed,
      });
      expect(await store.admit({ ...ask, owner: "msg_c" })).toMatchObject({ state: "granted" });
    });
  });
}
