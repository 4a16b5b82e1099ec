import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Configuration } from "../../../src/config/configuration.ts";
import type { Country } from "../../../src/sms/e164.ts";
import { limitsOf } from "../../helpers/allowance.ts";
import { brokenBounds, costOf } from "./bounds.ts";
import { drawDay } from "./picture.ts";
import { type Ending, play, recommended } from "./play.ts";
import { BLOCK, COUNTRIES, dayOf, type Request, type Who } from "./traffic.ts";

const FIRST_SEED = Number(process.env["PUMPING_SEED"] ?? 1);
const RUNS = Number(process.env["PUMPING_RUNS"] ?? 1);
const PASSES = 0.99;
const PICTURE = "docs/images/pumping.svg";
/** A day on which the neighbouring numbers are where people live. */
const PICTURE_SEED = 1;

/** Every fifth request of a day: what only has to be seen to fail needs no more. */
const fifthOf = (requests: readonly Request[]) => requests.filter((_, index) => index % 5 === 0);

const isSent = ({ outcome }: Ending) => outcome === "sent";
const of = (who: Who, endings: readonly Ending[]) => endings.filter((ending) => ending.who === who);
const shareSent = (endings: readonly Ending[]) => endings.filter(isSent).length / endings.length;
const isHome = ({ limits }: Configuration, { phone }: Ending) => phone.country in limits.perCountry;

interface Day {
  endings: Ending[];
  /** By rule and country. */
  alarms: string[];
}

const days = new Map<number, Promise<Day>>();
function played(seed: number): Promise<Day> {
  const day = days.get(seed) ?? playDay(seed);
  if (seed === PICTURE_SEED) days.set(seed, day);
  return day;
}

async function playDay(seed: number): Promise<Day> {
  const alarms: string[] = [];
  const endings = await play(recommended(), dayOf(seed), (event) => {
    if (event.type === "pumping" && event.state === "started")
      alarms.push(`${event.alarm.rule} ${event.alarm.country}`);
  });
  return { endings, alarms };
}

describe(`a pumping attack with the recommended configuration, ${RUNS} days from seed ${FIRST_SEED} on`, () => {
  const seeds = Array.from({ length: RUNS }, (_, index) => FIRST_SEED + index);

  it.each(seeds)("on day %i stays within every bound while people log in", { timeout: 120_000 }, async (seed) => {
    const configuration = recommended();
    const { endings, alarms } = await played(seed);
    expect(brokenBounds(configuration, endings)).toEqual([]);

    // Ten thousand neighbours: as many as a block of ten thousand may get in a day.
    expect(of("block", endings)).toHaveLength(BLOCK);
    expect(of("block", endings).filter(isSent).length).toBeLessThanOrEqual(50);
    expect(alarms).toContain(`sequential-numbers ${of("block", endings)[0]?.phone.country}`);
    // Fifty countries: as many as each of them may get in a day where nobody lives.
    const slow = of("slow", endings);
    expect(new Set(slow.map(({ phone }) => phone.country)).size).toBe(50);
    const abroad = slow.filter((ending) => !isHome(configuration, ending));
    expect(abroad.filter(isSent).length).toBeLessThanOrEqual(47 * 30);
    expect(abroad.length).toBeGreaterThan(4 * 47 * 30);
    expect(costOf(configuration, endings)).toBeLessThanOrEqual(500);

    const honest = of("honest", endings);
    expect(shareSent(honest)).toBeGreaterThanOrEqual(PASSES);
    expect(shareSent(honest.filter((ending) => isHome(configuration, ending)))).toBeGreaterThanOrEqual(0.999);
  });
});

describe("the picture of a pumping attack", () => {
  it("is what this day looks like; npm run pumping-picture draws it again", { timeout: 120_000 }, async () => {
    const picture = drawDay(recommended(), (await played(PICTURE_SEED)).endings);
    if (process.env["PUMPING_PICTURE"] === "draw") writeFileSync(PICTURE, picture);
    expect(readFileSync(PICTURE, "utf8") === picture).toBe(true);
  });
});

describe("the page about pumping", () => {
  it("recommends what the example configuration says", () => {
    const [, block = ""] = /```yaml\n([\s\S]*?)```/.exec(readFileSync("docs/pumping.md", "utf8")) ?? [];
    const example = parse(readFileSync("gateway.example.yaml", "utf8"));
    expect(Object.keys(parse(block))).toEqual(["limits", "spend"]);
    expect(example).toMatchObject(parse(block));
  });
});

describe("what stops a pumping attack", () => {
  const off = (): Configuration => {
    const { spend: _, ...configuration } = recommended();
    return { ...configuration, limits: limitsOf() };
  };

  it("is not in the traffic: without limits every message is sent, far over every bound", async () => {
    const endings = await play(off(), fifthOf(dayOf(FIRST_SEED)));
    expect(shareSent(endings)).toBe(1);
    const broken = brokenBounds(recommended(), endings).map((line) => line.split(":")[0]);
    expect(broken).toEqual(expect.arrayContaining(["block of 3", "block of 4", "country default"]));
  });

  it("is not watching: with monitorOnly nothing is stopped", async () => {
    const { limits, ...rest } = recommended();
    const endings = await play({ ...rest, limits: { ...limits, monitorOnly: true } }, fifthOf(dayOf(FIRST_SEED)));
    expect(shareSent(endings)).toBe(1);
  });

  it.each([10, 40])("is at the last the cap: of %i dollars not a cent more is spent", async (max) => {
    const spend = { currency: "USD", prices: { default: 0.08 }, total: [{ max, per: 86_400_000 }], perCountry: {} };
    const configuration = { ...off(), spend };
    const endings = await play(configuration, fifthOf(dayOf(FIRST_SEED)));
    expect(brokenBounds(configuration, endings)).toEqual([]);
    expect(costOf(configuration, endings)).toBeCloseTo(max, 6);
    // The cap alone stops everybody: the people, too.
    expect(shareSent(of("honest", endings))).toBeLessThan(PASSES);
  });

  it("is first of all the list of countries: where nobody lives nothing is sent", async () => {
    const countries: Country[] = ["DE", "GB", "US"];
    const configuration = { ...off(), destinations: { countries } };
    const endings = await play(configuration, fifthOf(dayOf(FIRST_SEED)));
    const abroad = endings.filter(({ phone }) => !countries.includes(phone.country));
    expect(abroad.length).toBeGreaterThan(COUNTRIES.length);
    expect(new Set(abroad.map(({ outcome }) => outcome))).toEqual(new Set(["rejected"]));
  });
});
