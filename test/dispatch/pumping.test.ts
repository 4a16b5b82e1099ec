import { describe, expect, it } from "vitest";
import type { E164 } from "../../src/sms/e164.ts";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, type Script, scriptedProvider, sent } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const FIRST = 4_915_735_990_123;
const MINUTE_MS = 60_000;
const suppress = { pumping: { sequentialNumbers: { onAlarm: "suppress" } } };

/** A gateway that is asked for a code by number after number. */
function bench(options: Parameters<typeof dispatchBench>[2] = {}, script: Script[] = [sent]) {
  const clock = createVirtualClock();
  const provider = scriptedProvider("a", script, clock);
  const made = dispatchBench(clock, [provider], options);
  let ids = 0;
  const ask = async (offset: number, text = `Your login code is: ${100_000 + ids}`) => {
    const answer = made.dispatch(loginMessage({ id: `msg_${++ids}`, to: `+${FIRST + offset}` as E164, text }));
    await clock.advance(1_000);
    return answer;
  };
  const askAll = async (count: number, from = 0) => {
    const outcomes = [];
    for (let offset = from; offset < from + count; offset += 1) outcomes.push((await ask(offset)).name);
    return outcomes;
  };
  const alarms = () =>
    made.events.flatMap((event) =>
      event.type === "pumping" ? [`${event.state} ${event.alarm.rule} ${event.alarm.count}`] : [],
    );
  return { ...made, clock, provider, ask, askAll, alarms };
}

const many = (count: number, name: string): string[] => Array(count).fill(name);

describe("an alarm", () => {
  it("is told once when it starts and once when it has been over for its window, and stops nothing", async () => {
    const { askAll, alarms, clock, pumping } = bench();
    expect(await askAll(30)).toEqual(many(30, "sent"));
    expect(alarms()).toEqual(["started sequential-numbers 8"]);
    expect(pumping.alarms()).toMatchObject([{ rule: "sequential-numbers", country: "DE", count: 30 }]);
    await clock.advance(9 * MINUTE_MS);
    expect(alarms()).toHaveLength(1);
    await clock.advance(MINUTE_MS);
    expect(alarms()).toEqual(["started sequential-numbers 8", "ended sequential-numbers 30"]);
    expect(pumping.alarms()).toEqual([]);
    await askAll(8);
    expect(alarms()).toHaveLength(3);
  });

  it("suppresses where that is asked for, with the rule as the reason, until it has ended", async () => {
    const { ask, askAll, clock, provider, events } = bench(suppress);
    expect(await askAll(10)).toEqual([...many(7, "sent"), ...many(3, "suppressed")]);
    expect(await ask(10)).toMatchObject({ name: "suppressed", reason: "pumping alarm: sequential-numbers" });
    expect(provider.taken).toHaveLength(7);
    expect(events.filter(({ type }) => type === "limited")).toMatchObject(
      Array(4).fill({ dimension: "sequential-numbers", enforced: true }),
    );
    expect((await ask(50_000)).name).toBe("sent");
    await clock.advance(10 * MINUTE_MS);
    expect((await ask(0)).name).toBe("sent");
  });

  it("gives back what a suppressed message took of limits and spend", async () => {
    const limits = { total: { max: 8, per: "1h" } };
    const spend = { prices: { default: 1 }, total: { max: 8, per: "1h" } };
    const { ask, askAll } = bench({ ...suppress, limits, spend });
    expect(await askAll(40)).toEqual([...many(7, "sent"), ...many(33, "suppressed")]);
    expect((await ask(50_000)).name).toBe("sent");
    expect(await ask(60_000)).toMatchObject({ name: "suppressed", reason: "over the limit: total" });
  });

  it("lets nobody be told that a suppressed message was sent", async () => {
    const { ask, askAll } = bench(suppress);
    await askAll(10);
    expect((await ask(9, "the same")).name).toBe("suppressed");
    expect((await ask(9, "the same")).name).toBe("suppressed");
  });

  it("answers a repetition of what was sent before as ever", async () => {
    const { ask, askAll } = bench(suppress);
    await ask(0, "the first");
    await askAll(10);
    expect((await ask(0, "the first")).name).toBe("duplicate");
  });

  it("counts no repetition: neither of what was sent nor of what could not be", async () => {
    const { ask, alarms } = bench({ pumping: { sequentialNumbers: { distinct: 3, run: 3 } } }, [
      ...Array<Script>(6).fill(notSent("unauthorized")),
      sent,
    ]);
    for (let repeat = 0; repeat < 12; repeat += 1) await ask(0, "the same");
    for (let repeat = 0; repeat < 6; repeat += 1) await ask(1, "another one");
    expect(alarms()).toEqual([]);
    await ask(2);
    expect(alarms()).toEqual(["started sequential-numbers 3"]);
  });

  it("counts what a limit stops: it was demanded all the same", async () => {
    const { askAll, alarms } = bench({ limits: { total: { max: 2, per: "1h" } } });
    expect(await askAll(8)).toEqual([...many(2, "sent"), ...many(6, "suppressed")]);
    expect(alarms()).toEqual(["started sequential-numbers 8"]);
  });

  it("stops nothing where nothing is enforced: dev mode and limits.monitorOnly", async () => {
    const { askAll, alarms } = bench({ ...suppress, enforce: false });
    expect(await askAll(20)).toEqual(many(20, "sent"));
    expect(alarms()).toEqual(["started sequential-numbers 8"]);
  });

  it("ends without a word when the gateway closes, and holds nothing open", async () => {
    const { askAll, alarms, clock, endAlarms } = bench();
    await askAll(8);
    expect(clock.sleepers()).toBe(1);
    endAlarms();
    await clock.advance(30 * MINUTE_MS);
    expect(clock.sleepers()).toBe(0);
    expect(alarms()).toEqual(["started sequential-numbers 8"]);
  });
});
