import { describe, expect, it } from "vitest";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, type Script, scriptedProvider, sent, unknown } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

/** Plays one message through providers a, b, c … with one script each. */
async function play(
  scripts: Script[][],
  options: Parameters<typeof dispatchBench>[2] & { message?: ReturnType<typeof loginMessage> } = {},
) {
  const clock = createVirtualClock();
  const providers = scripts.map((script, index) => scriptedProvider("abcdef"[index] ?? "", script, clock));
  const { dispatch, events } = dispatchBench(clock, providers, options);
  const answer = dispatch(options.message ?? loginMessage());
  await clock.advance(10_000);
  const outcome = await answer;
  return {
    outcome,
    events,
    calls: providers.map(({ taken }) => taken.length),
    settled: events.find(({ type }) => type === "settled"),
  };
}

const rows: [sentence: string, scripts: Script[][], outcome: string, calls: number[]][] = [
  ["asks only the first when it accepts", [[sent], [sent]], "sent", [1, 0]],
  ["goes on after a closed port", [[notSent("unavailable")], [sent]], "sent", [1, 1]],
  ["goes on after wrong credentials", [[notSent("unauthorized")], [sent]], "sent", [1, 1]],
  ["goes on after a throttle", [[notSent("rate-limited")], [sent]], "sent", [1, 1]],
  ["goes on when the sender is refused", [[notSent("sender-refused")], [sent]], "sent", [1, 1]],
  ["goes on when the destination is barred for one account", [[notSent("destination-barred")], [sent]], "sent", [1, 1]],
  ["stops at a number that does not exist", [[notSent("invalid-recipient")], [sent]], "rejected", [1, 0]],
  ["stops at an opt-out", [[notSent("opted-out")], [sent]], "rejected", [1, 0]],
  ["stops at a fraud block", [[notSent("fraud-block")], [sent]], "rejected", [1, 0]],
  ["tries once more after an unknown", [[unknown("timeout")], [sent]], "sent", [1, 1]],
  [
    "never tries a third time after two unknowns",
    [[unknown("timeout")], [unknown("unavailable")], [sent]],
    "ambiguous",
    [1, 1, 0],
  ],
  [
    "certain failures between unknowns cost nothing",
    [[unknown("timeout")], [notSent("unavailable")], [sent]],
    "sent",
    [1, 1, 1],
  ],
  [
    "says failed when nobody could take it, after asking the one that was down once more",
    [[notSent("unavailable")], [notSent("quota-exhausted")]],
    "failed",
    [2, 1],
  ],
  ["asks the one that was down once more", [[notSent("unavailable"), sent], [notSent("unauthorized")]], "sent", [2, 1]],
  ["asks one that throttled once more", [[notSent("rate-limited"), sent]], "sent", [2]],
  ["asks nobody once more for wrong credentials", [[notSent("unauthorized"), sent]], "failed", [1]],
  ["asks nobody once more when all refused", [[notSent("sender-refused"), sent]], "rejected", [1]],
  ["asks the only one once more after an unknown", [[unknown("timeout"), sent]], "sent", [2]],
  ["asks the only one no third time", [[unknown("timeout")]], "ambiguous", [2]],
  [
    "asks the one it knows nothing of once more when all others could not",
    [[unknown("timeout"), sent], [notSent("unavailable")]],
    "sent",
    [2, 1],
  ],
  ["gives a silent provider 3 s and asks the next", [["hang"], [sent]], "sent", [1, 1]],
];

describe("failover", () => {
  it.each(rows)("%s", async (_, scripts, name, calls) => {
    const played = await play(scripts);
    expect(played.outcome.name).toBe(name);
    expect(played.calls).toEqual(calls);
  });

  it("holds a notice without a code after one unknown", async () => {
    const notice = loginMessage({
      template: "verifiable_address_changed",
      text: "Your number was changed.",
      code: undefined,
    });
    const played = await play([[unknown("timeout")], [sent]], { message: notice });
    expect(played.outcome.name).toBe("ambiguous");
    expect(played.calls).toEqual([1, 0]);
  });

  it("holds a code too when told so", async () => {
    const played = await play([[unknown("timeout")], [sent]], { onUnknown: "hold" });
    expect(played.outcome.name).toBe("ambiguous");
    expect(played.calls).toEqual([1, 0]);
  });

  it("pauses before it asks once more, and for as long as a throttled provider needs", async () => {
    expect((await play([[notSent("unavailable"), sent]])).settled).toMatchObject({ durationMs: 200 });
    expect((await play([[notSent("rate-limited"), sent]])).settled).toMatchObject({ durationMs: 1_000 });
  });

  it("does not wait longer than Kratos would take to ask again", async () => {
    const throttled: Script = { outcome: "not-sent", kind: "rate-limited", detail: "scripted", retryAfterMs: 4_000 };
    const played = await play([[throttled, sent]]);
    expect([played.outcome.name, played.calls]).toEqual(["failed", [1]]);
  });

  it("skips an account that cannot send there, and says why", async () => {
    const played = await play([[sent], [sent]], { plans: { a: { incapable: "no sender for DE" } } });
    expect(played.calls).toEqual([0, 1]);
    expect(played.outcome.attempts[0]).toEqual({ provider: "a", skipped: "incapable", detail: "no sender for DE" });
  });

  it("answers within 8 s however many providers are silent", async () => {
    const played = await play([["hang"], ["hang"], ["hang"], ["hang"]]);
    expect(played.outcome.name).toBe("ambiguous");
    expect(played.settled).toMatchObject({ durationMs: 6_000 });
  });

  it("ends certain but slow failures at the deadline", async () => {
    const clock = createVirtualClock();
    const providers = ["a", "b", "c", "d"].map((name) =>
      scriptedProvider(name, [notSent("unavailable")], clock, 2_900),
    );
    const { dispatch, events } = dispatchBench(clock, providers);
    const answer = dispatch(loginMessage());
    await clock.advance(20_000);
    expect((await answer).name).toBe("failed");
    expect(providers.map(({ taken }) => taken.length)).toEqual([1, 1, 1, 0]);
    expect(events.at(-1)).toMatchObject({ type: "settled", durationMs: 8_700 });
  });

  it("says failed, not rejected, when time ran out before a capable provider was asked", async () => {
    const clock = createVirtualClock();
    const providers = ["a", "b", "c", "d"].map((name) =>
      scriptedProvider(name, [notSent("sender-refused")], clock, 2_900),
    );
    const answer = dispatchBench(clock, providers).dispatch(loginMessage());
    await clock.advance(20_000);
    const { name, attempts } = await answer;
    expect([name, attempts.at(-1)]).toMatchObject(["failed", { provider: "d", skipped: "out-of-time" }]);
  });

  it("gives every attempt its own id", async () => {
    const clock = createVirtualClock();
    const a = scriptedProvider("a", [notSent("unavailable")], clock);
    const b = scriptedProvider("b", [sent], clock);
    await dispatchBench(clock, [a, b]).dispatch(loginMessage());
    expect(a.taken[0]?.attemptId).not.toBe(b.taken[0]?.attemptId);
  });
});
