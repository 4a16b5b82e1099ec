import { describe, expect, it } from "vitest";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { scriptedProvider, sent } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

describe("dispatch", () => {
  it("tells what it decided, what it tried and how it ended, in that order", async () => {
    const clock = createVirtualClock();
    const { dispatch, events } = dispatchBench(clock, [scriptedProvider("a", [sent], clock)]);
    const outcome = await dispatch(loginMessage());
    expect(events.map(({ type }) => type)).toEqual(["decided", "counted", "attempted", "settled"]);
    expect(events.at(-1)).toMatchObject({
      outcome,
      decision: { route: "default", segments: { count: 1, encoding: "GSM-7" } },
    });
  });

  it("rejects a destination outside the list without asking anybody", async () => {
    const clock = createVirtualClock();
    const provider = scriptedProvider("a", [sent], clock);
    const { dispatch } = dispatchBench(clock, [provider], { countries: ["US"] });
    expect(await dispatch(loginMessage())).toMatchObject({
      name: "rejected",
      reason: "country DE is not in destinations.countries",
    });
    expect(provider.taken).toHaveLength(0);
  });

  it("hands the provider the number, the text and the code's last moment", async () => {
    const clock = createVirtualClock();
    const provider = scriptedProvider("a", [sent], clock);
    await dispatchBench(clock, [provider]).dispatch(loginMessage());
    const { to, country, text, expiresAt } = loginMessage();
    expect(provider.taken[0]).toMatchObject({ to, country, text, expiresAt });
  });
});
