import type { Country } from "../sms/e164.ts";

/** What is usual for each country, by its own past. */
export interface CountryPast {
  /** What is usual: the mean, newer stretches weighing more, of the highest count of each stretch that has ended. */
  usual(country: Country, nowMs: number): number;
  /** Tells the count of the present stretch; the highest one is remembered. */
  learn(country: Country, count: number, nowMs: number): void;
}

interface Past {
  /** Weighted sum over the stretches before `stretch`. */
  sum: number;
  stretch: number;
  highest: number;
}

/**
 * A past in stretches of `perMs` that begins now; what lies `pastMs` back weighs 1/e. One short entry per country: at most
 * some 250. While the past is shorter than `pastMs`, it is the plain mean since the beginning.
 */
export function createCountryPast(startMs: number, perMs: number, pastMs: number): CountryPast {
  const fade = Math.exp(-perMs / pastMs);
  const pasts = new Map<Country, Past>();

  function at(country: Country, nowMs: number): Past {
    const now = Math.floor((nowMs - startMs) / perMs);
    const known = pasts.get(country);
    const past = known ?? { sum: 0, stretch: now, highest: 0 };
    if (!known) pasts.set(country, past);
    if (past.stretch < now) {
      past.sum = (past.sum + past.highest) * fade ** (now - past.stretch);
      past.stretch = now;
      past.highest = 0;
    }
    return past;
  }

  return {
    usual(country, nowMs) {
      const { sum, stretch } = at(country, nowMs);
      // All weights so far: fade + fade² + … one for each stretch that has ended.
      const weights = (fade * (1 - fade ** stretch)) / (1 - fade);
      return weights > 0 ? sum / weights : 0;
    },
    learn(country, count, nowMs) {
      const past = at(country, nowMs);
      past.highest = Math.max(past.highest, count);
    },
  };
}
