import { describe, expect, it } from "vitest";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, type Script, scriptedProvider, sent, unknown } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const message = (number: number) =>
  loginMessage({ id: `msg_${number}`, text: `Your login code is: ${100_000 + number}` });

function bench(scripts: Script[][], options: Parameters<typeof dispatchBench>[2] = {}) {
  const clock = createVirtualClock();
  const providers = scripts.map((script, index) => scriptedProvider("abc"[index] ?? "", script, clock));
  const made = dispatchBench(clock, providers, options);
  const send = async (number: number, waitMs = 10_000) => {
    const answer = made.dispatch(message(number));
    await clock.advance(waitMs);
    return answer;
  };
  return { ...made, clock, providers, send };
}

describe("a provider in trouble", () => {
  it("that is dead costs at most 3 calls in 20 messages, and none of them is lost", async () => {
    const { providers, send } = bench([[notSent("unavailable")], [sent]]);
    for (let number = 0; number < 20; number++) expect((await send(number, 100)).name).toBe("sent");
    expect(providers[0]?.taken).toHaveLength(3);
  });

  it("is used again within a minute of its recovery", async () => {
    const { providers, send } = bench([[...Array<Script>(8).fill(notSent("unavailable")), sent], [sent]]);
    let number = 0;
    while (providers[0]?.taken.length !== 9) await send(number++, 1_000);
    const recovered = number;
    while ((await send(number++, 1_000)).provider !== "a") expect(number - recovered).toBeLessThan(60);
    expect((await send(number++, 100)).provider).toBe("a");
  });

  it("is skipped with its reason on the message", async () => {
    const { send } = bench([[notSent("unauthorized")], [sent]]);
    await send(1, 100);
    expect((await send(2, 100)).attempts).toMatchObject([
      { provider: "a", skipped: "circuit-open" },
      { provider: "b", result: sent },
    ]);
  });

  it("is asked all the same when every other one is in trouble too", async () => {
    const { send, providers } = bench([[notSent("unauthorized"), sent], [notSent("unauthorized")]]);
    expect((await send(1, 100)).name).toBe("failed");
    expect(await send(2, 100)).toMatchObject({ name: "sent", provider: "a" });
    expect(providers.map(({ taken }) => taken.length)).toEqual([2, 1]);
  });

  it("keeps its troubles to itself when the operator switched it off", async () => {
    const { send, store, providers } = bench([[sent], [sent]]);
    await store.switch("a", false);
    expect((await send(1, 100)).attempts[0]).toMatchObject({ provider: "a", skipped: "disabled" });
    await store.switch("b", false);
    expect((await send(2, 100)).name).toBe("failed");
    await store.switch("a", true);
    expect((await send(3, 100)).provider).toBe("a");
    expect(providers.map(({ taken }) => taken.length)).toEqual([1, 1]);
  });

  it("takes as many requests at a time as it may, the next one goes elsewhere", async () => {
    const { clock, dispatch, providers } = bench([["hang"], [sent]], { maxInFlight: 2 });
    const answers = [1, 2, 3].map((number) => dispatch(message(number)));
    await clock.advance(100);
    expect((await answers[2])?.attempts[0]).toMatchObject({ provider: "a", skipped: "busy" });
    await clock.advance(10_000);
    await Promise.all(answers);
    expect(providers[0]?.taken).toHaveLength(2);
  });
});

describe("overload", () => {
  it("sheds at once what comes while too many are under way, and sends it when asked again", async () => {
    const { clock, dispatch } = bench([["hang", sent]], { maxRunning: 1 });
    const first = dispatch(message(1));
    expect(await dispatch(message(2))).toMatchObject({ name: "shed" });
    await clock.advance(10_000);
    await first;
    expect((await dispatch(message(2))).name).toBe("sent");
  });
});

describe("a chain of which every provider has as much under way as it may", () => {
  const full = (limits = {}) =>
    bench(
      [
        ["hang", sent],
        ["hang", sent],
      ],
      { maxInFlight: 1, limits },
    );

  it("sheds the message, and sends it when asked again", async () => {
    const { clock, dispatch } = full();
    const answers = [1, 2].map((number) => dispatch(message(number)));
    const shed = await dispatch(message(3));
    expect(shed).toMatchObject({ name: "shed", attempts: [{ skipped: "busy" }, { skipped: "busy" }] });
    await clock.advance(10_000);
    await Promise.all(answers);
    expect(await dispatch(message(3))).toMatchObject({ name: "sent" });
  });

  it("gives the tokens of the message back", async () => {
    const { clock, dispatch } = full({ perNumber: { max: 3, per: "1h" } });
    const answers = [1, 2].map((number) => dispatch(message(number)));
    for (const number of [3, 4, 5]) expect((await dispatch(message(number))).name).toBe("shed");
    await clock.advance(10_000);
    await Promise.all(answers);
    expect((await dispatch(message(6))).name).toBe("sent");
    expect((await dispatch(message(7))).name).toBe("suppressed");
  });
});

describe("the record", () => {
  it("remembers outcome, attempts and repetitions, and neither number nor text nor code", async () => {
    const { clock, dispatch, store } = bench([[unknown("timeout")], [sent]]);
    for (const id of ["msg_1", "msg_2"] as const) await dispatch({ ...message(1), id, receivedAt: clock.wallMs() });
    const [record] = await store.find({ id: "msg_1" });
    expect(record).toMatchObject({
      outcome: "sent",
      provider: "b",
      route: "default",
      country: "DE",
      repeats: 1,
      maskedTo: "************23",
    });
    expect(record?.attempts).toHaveLength(2);
    expect(JSON.stringify(record)).not.toMatch(/1573599|100001|login code/);
  });
});
