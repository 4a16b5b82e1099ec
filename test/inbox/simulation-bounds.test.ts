import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createSimulation } from "../../src/inbox/simulation.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { decision, message } from "./events.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** The first provider of each message answers an error, the second one takes it. */
const FAILOVER = "+15005556503";
/** As many messages as a simulation knows. */
const KNOWN = 1_000;

function setUp() {
  const random = { fraction: () => 0, id: () => "id" };
  const { dispatch, accounts } = createSimulation({ clock: createVirtualClock(), random, tell: () => undefined });
  const ask = (to: string, text: string) => {
    const sms = message({ to, text, code: "" });
    dispatch.preempt(sms, decision(sms));
  };
  const firstFails = (text: string) =>
    accounts.simulate("twilio-main", { to: message({ to: FAILOVER }).to, text }) !== undefined;
  return { ask, firstFails };
}

it("keeps no text of the messages that it tells apart", () => {
  const { ask } = setUp();
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  for (let count = 0; count < 200; count += 1) {
    // Each a string of its own, as a parsed body is, also for a number of which requests are counted.
    for (const to of [FAILOVER, "+15005553503"]) ask(to, JSON.parse(`"${count} ${"x".repeat(100_000)}"`));
  }
  expect(used() - before).toBeLessThan(4_000_000);
  ask(FAILOVER, "the simulation is still needed here");
});

it("forgets no message for one that it knows already", () => {
  const { ask, firstFails } = setUp();
  for (let count = 0; count < KNOWN; count += 1) ask(FAILOVER, `text ${count}`);
  ask(FAILOVER, "text 999");
  expect([firstFails("text 0"), firstFails("text 999")]).toEqual([true, true]);
  ask(FAILOVER, "one more");
  expect([firstFails("text 0"), firstFails("text 1"), firstFails("one more")]).toEqual([false, true, true]);
});
