import type { Configuration } from "../../../src/config/configuration.ts";
import type { Ending } from "./play.ts";

/** One bound: what falls under it together, and how much of it each takes. */
interface Bound {
  name: string;
  max: number;
  per: number;
  /** Undefined for what this bound is not about. */
  key(ending: Ending): string | undefined;
  cost(ending: Ending): number;
}

/** Cents and their fractions add up exactly nowhere. */
const ROUNDING = 1e-6;

/** Every bound of a configuration that more was sent than, by the moments of what was sent alone. */
export function brokenBounds(configuration: Configuration, endings: readonly Ending[]): string[] {
  const sent = endings.filter(({ outcome }) => outcome === "sent");
  return boundsOf(configuration).flatMap((bound) => {
    const most = Math.max(0, ...groups(bound, sent).map((group) => mostWithin(bound, group)));
    return most > bound.max + ROUNDING ? [`${bound.name}: ${most.toFixed(2)} instead of ${bound.max}`] : [];
  });
}

/** What the messages that were sent cost. */
export function costOf({ spend }: Configuration, endings: readonly Ending[]): number {
  const sent = endings.filter(({ outcome }) => outcome === "sent");
  return sent.reduce((sum, { phone }) => sum + priceOf(spend, phone.country), 0);
}

function boundsOf({ limits, spend }: Configuration): Bound[] {
  const countryOf = ({ phone }: Ending) => phone.country as string;
  const one = () => 1;
  const price = ({ phone }: Ending) => priceOf(spend, phone.country);
  const total = () => "total";
  return [
    ...limits.perNumber.map((window) => ({ ...window, name: "number", key: numberOf, cost: one })),
    ...limits.perBlock.map(({ digits, ...window }) => {
      return {
        ...window,
        name: `block of ${digits}`,
        cost: one,
        key: (ending: Ending) => numberOf(ending).slice(0, -digits),
      };
    }),
    ...byCountry(limits.perCountry).map((window) => ({ ...window, name: `country ${window.country}`, cost: one })),
    ...limits.total.map((window) => ({ ...window, name: "total", key: total, cost: one })),
    ...(spend?.total ?? []).map((cap) => ({ ...cap, name: "spend", key: total, cost: price })),
    ...byCountry(spend?.perCountry ?? {}).map((cap) => ({ ...cap, name: `spend ${cap.country}`, cost: price })),
  ];

  function numberOf({ phone }: Ending): string {
    return phone.number;
  }

  /** `default` is for every country that has no windows of its own. */
  function byCountry<W>(windows: Partial<Record<string, W[]>>): (W & { country: string; key: Bound["key"] })[] {
    const named = Object.keys(windows);
    return named.flatMap((country) =>
      (windows[country] ?? []).map((window) => ({
        ...window,
        country,
        key(ending: Ending) {
          const own = countryOf(ending);
          return own === country || (country === "default" && !named.includes(own)) ? own : undefined;
        },
      })),
    );
  }
}

function priceOf(spend: Configuration["spend"], country: string): number {
  const prices: Partial<Record<string, number>> = spend?.prices ?? {};
  return prices[country] ?? prices["default"] ?? 0;
}

function groups({ key }: Bound, sent: readonly Ending[]): Ending[][] {
  const byKey = new Map<string, Ending[]>();
  for (const ending of sent) {
    const name = key(ending);
    if (name === undefined) continue;
    const group = byKey.get(name);
    if (group) group.push(ending);
    else byKey.set(name, [ending]);
  }
  return [...byKey.values()];
}

/** The most that was taken within any window of that length. */
function mostWithin({ per, cost }: Bound, group: readonly Ending[]): number {
  let first = 0;
  let taken = 0;
  let most = 0;
  for (const ending of group) {
    taken += cost(ending);
    for (; isPast(group[first], ending.atMs - per); first++) taken -= cost(group[first] ?? ending);
    most = Math.max(most, taken);
  }
  return most;
}

function isPast(ending: Ending | undefined, atMs: number): boolean {
  return ending !== undefined && ending.atMs <= atMs;
}
