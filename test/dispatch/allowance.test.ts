import { describe, expect, it } from "vitest";
import type { Country, E164 } from "../../src/sms/e164.ts";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, type Script, scriptedProvider, sent } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

interface Where {
  to?: string;
  country?: Country;
  clientIp?: string;
}

/** A gateway that is asked for a new code each time. */
function bench(options: Parameters<typeof dispatchBench>[2], scripts: Script[][] = [[sent]]) {
  const clock = createVirtualClock();
  const providers = scripts.map((script, index) => scriptedProvider("abc"[index] ?? "", script, clock));
  const made = dispatchBench(clock, providers, options);
  let count = 0;
  const ask = async ({ to = "+4915735990123", country = "DE", clientIp }: Where = {}) => {
    const text = `Your login code is: ${100_000 + ++count}`;
    const answer = made.dispatch(
      loginMessage({ id: `msg_${count}`, to: to as E164, country, text, ...(clientIp && { clientIp }) }),
    );
    await clock.advance(1_000);
    return answer;
  };
  const names = async (...places: Where[]) => {
    const outcomes = [];
    for (const place of places) outcomes.push((await ask(place)).name);
    return outcomes;
  };
  return { ...made, clock, providers, ask, names };
}

const times = (count: number, place: Where = {}): Where[] => Array(count).fill(place);
const two = { max: 2, per: "1h" };

describe("limits", () => {
  it("leave room for honest people by default: five codes in ten minutes, ten in a day", async () => {
    const { names, clock } = bench({ limits: { perNumber: undefined } });
    expect(await names(...times(6))).toEqual([...Array(5).fill("sent"), "suppressed"]);
    await clock.advance(600_000);
    expect(await names(...times(6))).toEqual([...Array(5).fill("sent"), "suppressed"]);
    await clock.advance(600_000);
    expect(await names({})).toEqual(["suppressed"]);
    await clock.advance(86_400_000);
    expect(await names({})).toEqual(["sent"]);
  });

  it.each<[dimension: string, limits: object, places: Where[], outcomes: string[]]>([
    ["number", { perNumber: two }, [{}, {}, {}, { to: "+4915735990124" }], ["sent", "sent", "suppressed", "sent"]],
    [
      "block",
      { perBlock: { digits: 3, ...two } },
      [{}, { to: "+4915735990999" }, { to: "+4915735990555" }, { to: "+4915735991555" }],
      ["sent", "sent", "suppressed", "sent"],
    ],
    [
      "country",
      { perCountry: { DE: two } },
      [{}, {}, {}, { to: "+33612345678", country: "FR" }],
      ["sent", "sent", "suppressed", "sent"],
    ],
    [
      "country",
      { perCountry: { default: two } },
      [{ country: "FR" }, { country: "FR" }, { country: "FR" }, {}],
      ["sent", "sent", "suppressed", "sent"],
    ],
    [
      "client-ip",
      { perClientIp: { header: "x", ...two } },
      [{ clientIp: "1.2.3.4" }, { clientIp: "1.2.3.4" }, { clientIp: "1.2.3.4" }, { clientIp: "1.2.3.5" }],
      ["sent", "sent", "suppressed", "sent"],
    ],
    [
      "total",
      { total: two },
      [{}, { to: "+33612345678", country: "FR" }, { to: "+4915735990124" }, {}],
      ["sent", "sent", "suppressed", "suppressed"],
    ],
  ])("hold per %s", async (dimension, limits, places, outcomes) => {
    const { names, events } = bench({ limits });
    expect(await names(...places)).toEqual(outcomes);
    const settled = events.flatMap((event) => (event.type === "settled" ? [event.outcome] : []));
    expect(settled[2]?.reason).toBe(`over the limit: ${dimension}`);
  });

  it("hold for nobody without the header, when they are per address", async () => {
    const { names } = bench({ limits: { perClientIp: { header: "x", ...two } } });
    expect(await names(...times(5))).toEqual(Array(5).fill("sent"));
  });

  it("ask nobody and take nothing once they are reached", async () => {
    const { names, providers } = bench({ limits: { perNumber: two, total: { max: 3, per: "1h" } } });
    await names(...times(10));
    expect(await names({ to: "+4915735990124" })).toEqual(["sent"]);
    expect(providers[0]?.taken).toHaveLength(3);
  });

  it("are given back when nobody could take the message, and kept when it was refused", async () => {
    const failing = bench({ limits: { perNumber: two } }, [[...Array<Script>(5).fill(notSent("unauthorized")), sent]]);
    expect(await failing.names(...times(7))).toEqual([...Array(5).fill("failed"), "sent", "sent"]);
    const refused = bench({ limits: { perNumber: two } }, [[notSent("opted-out")]]);
    expect(await refused.names(...times(3))).toEqual(["rejected", "rejected", "suppressed"]);
  });

  it("do not hold for exempt numbers", async () => {
    const { names } = bench({ limits: { perNumber: two }, exempt: ["+4915735990123"] });
    expect(await names(...times(5))).toEqual(Array(5).fill("sent"));
  });

  it("are counted and shown, and stop nothing, where they are not enforced", async () => {
    const { names, events } = bench({ limits: { perNumber: two }, enforce: false });
    expect(await names(...times(4))).toEqual(Array(4).fill("sent"));
    expect(events.flatMap((event) => (event.type === "counted" ? event.counts.map(({ fill }) => fill) : []))).toEqual([
      0.5, 1, 1.5, 2,
    ]);
  });
});

describe("spend", () => {
  const spend = { prices: { default: 0.1, DE: 0.05 }, total: { max: 0.2, per: "1h" } };

  it("stops at the cap: never more than that in any window", async () => {
    const { names } = bench({ spend });
    expect(await names(...times(5))).toEqual(["sent", "sent", "sent", "sent", "suppressed"]);
  });

  it("counts each country at its price, and caps a country by itself", async () => {
    const { names } = bench({ spend: { prices: spend.prices, perCountry: { default: { max: 0.15, per: "1h" } } } });
    const france = { to: "+33612345678", country: "FR" as const };
    expect(await names(france, france, {}, {}, {}, {})).toEqual([
      "sent",
      "suppressed",
      "sent",
      "sent",
      "sent",
      "suppressed",
    ]);
  });

  it("reserves the dearest candidate's price and gives back what the one that sent is cheaper", async () => {
    const { names } = bench({ spend, prices: { b: { default: 0.15 } } }, [[sent], [sent]]);
    expect(await names(...times(5))).toEqual(["sent", "sent", "suppressed", "suppressed", "suppressed"]);
  });

  it("gives everything back for a message that was refused", async () => {
    const { names } = bench({ spend }, [[notSent("opted-out")]]);
    expect(await names(...times(8))).toEqual(Array(8).fill("rejected"));
  });

  it("is not spared for exempt numbers", async () => {
    const { names } = bench({ spend, exempt: ["+4915735990123"] });
    expect((await names(...times(5))).at(-1)).toBe("suppressed");
  });
});
