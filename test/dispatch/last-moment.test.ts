import { describe, expect, it } from "vitest";
import { type BreakerVerdict, createCircuitBreaker } from "../../src/dispatch/circuit-breaker.ts";
import { fingerprint } from "../../src/dispatch/claim.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";
import { unlimited } from "../helpers/allowance.ts";
import { countingRandom, dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, type Script, scriptedProvider, sent, unknown } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

type Row = [script: Script[], takesMs: number];

const message = (number: number) =>
  loginMessage({ id: `msg_${number}`, text: `Your login code is: ${100_000 + number}` });

function bench(rows: Row[], options: Parameters<typeof dispatchBench>[2] = {}) {
  const clock = createVirtualClock();
  const providers = rows.map(([script, takesMs], index) =>
    scriptedProvider("abcd"[index] ?? "", script, clock, takesMs),
  );
  return { clock, providers, ...dispatchBench(clock, providers, options) };
}

describe("a message whose time runs out", () => {
  it("is not called rejected before everybody refused it", async () => {
    const slow: Row = [[notSent("sender-refused")], 2_600];
    const { clock, dispatch, providers } = bench([slow, slow, slow, [[sent], 0]]);
    const answer = dispatch(message(1));
    await clock.advance(10_000);
    expect(await answer).toMatchObject({ name: "failed" });
    expect((await answer).attempts.at(-1)).toMatchObject({ provider: "d", skipped: "out-of-time" });
    expect(providers.map(({ taken }) => taken.length)).toEqual([1, 1, 1, 0]);
  });

  it("is rejected when those that were not asked could not have sent it either", async () => {
    const slow: Row = [[notSent("sender-refused")], 2_600];
    const { clock, dispatch } = bench([slow, slow, slow, [[sent], 0]], { plans: { d: { incapable: "no sender" } } });
    const answer = dispatch(message(1));
    await clock.advance(10_000);
    expect((await answer).name).toBe("rejected");
  });

  it("does not wait for one more attempt that could not be made", async () => {
    const slow: Row = [[notSent("sender-refused")], 2_500];
    const { clock, dispatch, events } = bench([slow, slow, [[unknown("bad-response")], 2_900]]);
    const answer = dispatch(message(1));
    await clock.advance(10_000);
    expect((await answer).name).toBe("ambiguous");
    expect(events.at(-1)).toMatchObject({ type: "settled", durationMs: 7_900 });
  });
});

describe("a message that waits for another of the same words", () => {
  it("is told to ask again when a third takes over from the one that failed, whatever that comes to", async () => {
    const { clock, dispatch, store } = bench([[[sent], 0]]);
    const tag = fingerprint(createKeyed(new Secret("a secret for tests")), message(1));
    await store.admit({ ...unlimited, fingerprint: tag, owner: "msg_first", leaseMs: 60_000 });
    const waiting = dispatch({ ...message(1), id: "msg_waiting" });
    await clock.advance(7_950);
    const result = { outcome: "failed", messageId: "msg_first" } as const;
    await store.settle({ fingerprint: tag, owner: "msg_first", result, keepMs: 0 });
    await store.admit({ ...unlimited, fingerprint: tag, owner: "msg_third", leaseMs: 60_000 });
    await clock.advance(300);
    expect(await waiting).toMatchObject({ name: "failed", messageId: "msg_first" });
  });
});

describe("the most requests that a provider may have under way", () => {
  it("hold when every breaker is open and one is asked all the same", async () => {
    const { clock, dispatch, providers } = bench([[[notSent("unauthorized"), "hang"], 0]], { maxInFlight: 1 });
    await dispatch(message(1));
    const answers = [2, 3, 4].map((number) => dispatch(message(number)));
    await clock.advance(100);
    expect(providers[0]?.taken).toHaveLength(2);
    expect(await answers[1]).toMatchObject({
      name: "failed",
      attempts: [{ skipped: "circuit-open" }, { skipped: "busy" }],
    });
  });

  it("hold for those that asked for one more attempt together", async () => {
    const { clock, dispatch, providers } = bench([[[notSent("unavailable"), notSent("unavailable"), "hang"], 0]], {
      maxInFlight: 1,
    });
    const first = dispatch(message(1));
    await clock.advance(10);
    const answers = [first, dispatch(message(2))];
    await clock.advance(1_000);
    expect(providers[0]?.taken).toHaveLength(3);
    await clock.advance(10_000);
    expect((await Promise.all(answers)).map(({ name }) => name)).toEqual(["ambiguous", "failed"]);
  });
});

describe("a breaker whose window is full of failures", () => {
  it("does not open for an accepted message, but for the next failure", () => {
    const breaker = createCircuitBreaker(createVirtualClock(), countingRandom(), () => {});
    const attempts = (...verdicts: BreakerVerdict[]) => {
      for (const verdict of verdicts) breaker.begin()(verdict);
    };
    attempts("failed", "well", "failed", "failed", "well", "failed", "failed", "well", "failed", "well");
    expect(breaker.state()).toBe("closed");
    attempts("failed");
    expect(breaker.state()).toBe("open");
  });
});
