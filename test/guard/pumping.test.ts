import { describe, expect, it } from "vitest";
import { type Asked, pumpingBench } from "../helpers/pumping-bench.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BLOCK = 491_573_599_000;

const at = (offset: number, rest: Partial<Asked> = {}): Asked => ({ to: `+${BLOCK + offset}`, ...rest });
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
/** Numbers of one country that have no neighbours. */
const apart = (index: number, country: "DE" | "FR" | "LV" = "DE"): Asked => ({
  to: `+${(country === "DE" ? 491_500_000_000 : country === "FR" ? 33_600_000_000 : 37_120_000_000) + index * 7_919}`,
  country,
});

/** Which rules raised an alarm over these messages, one second apart. */
function alarmsOver(messages: Asked[], options: object = {}, replicas = 1, everyMs = 1_000): string[] {
  const { look, wait, told } = pumpingBench(options, { replicas });
  for (const message of messages) {
    look(message);
    wait(everyMs);
  }
  return told;
}

describe("a watch that takes over with other options", () => {
  const seven = times(7, (index) => at(index));

  it.each<[sentence: string, options: object, told: string[]]>([
    ["knows what was seen under the same ones", {}, ["sequential-numbers DE 8"]],
    [
      "knows it also when the rule does something else now",
      { sequentialNumbers: { onAlarm: "suppress" } },
      ["sequential-numbers DE 8"],
    ],
    ["knows it also when another rule changes", { clientIp: { distinct: 5 } }, ["sequential-numbers DE 8"]],
    ["begins anew with other figures", { sequentialNumbers: { run: 7 } }, []],
  ])("%s", (_, options, told) => {
    const bench = pumpingBench();
    for (const message of seven) bench.look(message);
    bench.change(options);
    bench.look(at(7));
    expect(bench.told).toEqual(told);
  });
});

describe("sequential numbers", () => {
  it.each<[sentence: string, messages: Asked[], told: string[]]>([
    ["alarm when eight follow each other", times(8, (i) => at(i)), ["sequential-numbers DE 8"]],
    ["do not when seven do", times(7, (i) => at(i)), []],
    ["alarm downwards, too", times(8, (i) => at(100 - i)), ["sequential-numbers DE 8"]],
    ["alarm in any order", [3, 0, 7, 1, 6, 2, 5, 4].map((i) => at(i)), ["sequential-numbers DE 8"]],
    ["alarm across the edge of a block", times(8, (i) => at(996 + i)), ["sequential-numbers DE 8"]],
    ["alarm when twenty lie in a block of a thousand", times(20, (i) => at(i * 37)), ["sequential-numbers DE 20"]],
    ["do not when nineteen do", times(19, (i) => at(i * 37)), []],
    ["do not when they lie in different blocks", times(200, (i) => at(i * 1_000)), []],
    ["count once however often they come", times(300, (i) => at((i % 7) * 2)), []],
    ["are one alarm for a country, not one per block", times(40, (i) => at(i)), ["sequential-numbers DE 8"]],
  ])("%s", (_, messages, told) => {
    expect(alarmsOver(messages)).toEqual(told);
  });

  it("are forgotten when the window has passed", () => {
    expect(
      alarmsOver(
        times(40, (i) => at(i * 25)),
        {},
        1,
        32_000,
      ),
    ).toEqual([]);
    expect(
      alarmsOver(
        times(40, (i) => at(i * 25)),
        {},
        1,
        31_000,
      ),
    ).toEqual(["sequential-numbers DE 20"]);
  });

  it("are found by a replica that sees every second one", () => {
    const half = times(10, (i) => at(i * 2));
    expect(alarmsOver(half)).toEqual([]);
    expect(alarmsOver(half, {}, 2)).toEqual(["sequential-numbers DE 5"]);
    const further = times(9, (i) => at(i * 6));
    expect(alarmsOver(further, {}, 2)).toEqual([]);
  });

  it("follow the configured figures", () => {
    const figures = { sequentialNumbers: { digits: 2, distinct: 4, run: 3 } };
    expect(
      alarmsOver(
        times(4, (i) => at(i * 20)),
        figures,
      ),
    ).toEqual(["sequential-numbers DE 4"]);
    expect(
      alarmsOver(
        times(4, (i) => at(i * 100)),
        figures,
      ),
    ).toEqual([]);
  });
});

describe("a country's burst", () => {
  /** A gateway that has sent `usual` messages to Germany in every ten minutes of some hours. */
  function usually(hours: number, usual: number) {
    const bench = pumpingBench({ countryBurst: { onAlarm: "suppress" } });
    let next = 0;
    const send = (count: number, country: "DE" | "FR" | "LV", overMs = 10 * MINUTE_MS) => {
      for (let i = 0; i < count; i += 1) {
        bench.look(apart(next++, country));
        bench.wait(overMs / count);
      }
    };
    for (let i = 0; i < hours * 6; i += 1) send(usual, "DE");
    return { ...bench, send };
  }

  it("alarms at six times its own mean", () => {
    const { told, send } = usually(24, 40);
    send(195, "DE", MINUTE_MS);
    expect(told).toEqual([]);
    send(60, "DE", MINUTE_MS);
    expect(told).toEqual([expect.stringMatching(/^country-burst DE 2[34]\d$/)]);
  });

  it("alarms in a country never seen before, from thirty numbers on", () => {
    const { told, send } = usually(24, 40);
    send(29, "LV");
    expect(told).toEqual([]);
    send(60, "LV", 5 * MINUTE_MS);
    expect(told).toEqual(["country-burst LV 30"]);
  });

  it("stays silent below thirty numbers, whatever the past", () => {
    const { told, send, wait } = usually(2, 1);
    wait(HOUR_MS);
    send(27, "DE", MINUTE_MS);
    expect(told).toEqual([]);
  });

  it("is not looked for in the first hour, which has no past", () => {
    const { told, send } = usually(0, 0);
    send(2_000, "DE", 59 * MINUTE_MS);
    expect(told).toEqual([]);
    send(20, "LV", 10 * MINUTE_MS);
    send(40, "LV", 10 * MINUTE_MS);
    expect(told).toEqual(["country-burst LV 30"]);
  });

  it("does not become what is usual while it lasts", () => {
    const { look, send } = usually(24, 10);
    for (let i = 0; i < 36; i += 1) send(200, "DE");
    expect(look(apart(0))).toBe("country-burst");
  });

  it("forgets a lively hour in the course of a day", () => {
    const { told, send } = usually(24, 20);
    send(90, "DE");
    for (let i = 0; i < 144; i += 1) send(20, "DE");
    expect(told).toEqual([]);
    send(170, "DE");
    expect(told).toHaveLength(1);
  });

  it("follows a service that grows by half each day", () => {
    const { told, send } = usually(24, 20);
    for (let day = 1; day <= 7; day += 1) {
      for (let i = 0; i < 144; i += 1) send(Math.round(20 * 1.5 ** day), "DE");
    }
    expect(told).toEqual([]);
  });

  it("forgives the weekend: Monday is as usual as Friday was", () => {
    const { told, send, wait } = usually(24 * 5, 60);
    wait(62 * HOUR_MS);
    for (let i = 0; i < 6; i += 1) send(60, "DE");
    expect(told).toEqual([]);
  });
});

describe("one client address", () => {
  const one = { clientIp: "203.0.113.7" };

  it.each<[sentence: string, messages: Asked[], told: string[]]>([
    ["alarms when it asks for twenty numbers", times(20, (i) => ({ ...apart(i), ...one })), ["client-ip DE 20"]],
    ["does not when it asks for nineteen", times(19, (i) => ({ ...apart(i), ...one })), []],
    ["may ask again for the same ones", times(100, (i) => ({ ...apart(i % 19), ...one })), []],
    ["is not the next one", times(38, (i) => ({ ...apart(i), clientIp: `203.0.113.${i % 2}` })), []],
    ["is not the lack of one", times(200, (i) => apart(i)), []],
  ])("%s", (_, messages, told) => {
    expect(alarmsOver(messages)).toEqual(told);
  });
});

describe("a watch", () => {
  const suppress = { sequentialNumbers: { onAlarm: "suppress" } };
  const sequence = times(10, (i) => at(i));

  it("stops nothing by default, and from the figure on what is asked to be stopped", () => {
    expect(sequence.map(pumpingBench().look)).toEqual(Array(10).fill(undefined));
    const stopped = [...Array(7).fill(undefined), ...Array(3).fill("sequential-numbers")];
    expect(sequence.map(pumpingBench(suppress).look)).toEqual(stopped);
  });

  it("stops its neighbours only: the rest of the country goes on", () => {
    const { look } = pumpingBench(suppress);
    for (const message of sequence) look(message);
    expect(look(apart(1))).toBeUndefined();
  });

  it("stops nothing where nothing is enforced, and tells it", () => {
    const { look, told } = pumpingBench(suppress, { enforce: false });
    expect(sequence.map(look)).toEqual(Array(10).fill(undefined));
    expect(told).toEqual(["sequential-numbers DE 8"]);
  });

  it("does not say that it stops something where nothing is enforced", () => {
    const { watch } = pumpingBench(suppress, { enforce: false });
    expect(watch.rules()).toMatchObject({ "sequential-numbers": "alarm" });
    expect(pumpingBench(suppress).watch.rules()).toMatchObject({ "sequential-numbers": "suppress" });
  });

  it("does not look at exempt numbers", () => {
    const { told, look } = pumpingBench({}, { exempt: sequence.map(({ to }) => to) });
    for (const message of sequence) look(message);
    expect(told).toEqual([]);
  });

  it("leaves out a rule that is off, and says what the others do", () => {
    const { look, told, watch } = pumpingBench({
      sequentialNumbers: { onAlarm: "off" },
      countryBurst: { onAlarm: "suppress" },
    });
    for (const message of sequence) look(message);
    expect(told).toEqual([]);
    expect(watch.rules()).toEqual({ "country-burst": "suppress", "client-ip": "alarm" });
  });
});
