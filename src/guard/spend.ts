import { z } from "zod";
import { byCountry, MAX_COUNTRIES } from "../sms/country.ts";
import type { Money } from "../sms/decision.ts";
import type { Country } from "../sms/e164.ts";
import type { Bucket } from "../store/store.ts";
import { durationOption } from "../values/options.ts";
import { remember } from "../values/remember.ts";

/** Money is counted in millionths of the currency: sums of prices such as 0.0083 stay exact. */
const MICRO = 1_000_000;
/** Beyond, millionths are not exact any more. */
const MOST = 1_000_000_000;

const price = z.number().min(0);
const priced = byCountry(price);

const cap = z.strictObject({
  max: z.number().positive().max(MOST, `at most ${MOST}`).describe("How much at most, in the currency."),
  per: durationOption
    .refine((ms) => ms >= 60_000, "at least 1m")
    .describe("In any window of this length; at least 1m."),
});
const caps = z.union([z.array(cap).min(1), cap.transform((one) => [one])]);

/** `spend:` of the configuration file. */
export const spendOptions = z.strictObject({
  currency: z.string().min(1).default("USD").describe("What prices and caps are in; only ever printed."),
  prices: priced
    .refine((prices) => "default" in prices, "needs a default price: a country without one would cost nothing")
    .describe("What a segment costs, by country; `default` is required, for all others."),
  total: caps.default([]).describe("Money in all; off by default."),
  perCountry: byCountry(caps)
    .default({})
    .describe("Money for a country, `default` for each other one; off by default."),
});

/** How much may be spent. */
export type SpendOptions = z.infer<typeof spendOptions>;

/** Prices per segment by country. */
export type Prices = z.infer<typeof priced>;

/** What a message costs at most with any of these accounts, in millionths; an account without prices has the general ones. */
export function dearest(
  spend: SpendOptions,
  country: Country,
  segments: number,
  accounts: (Prices | undefined)[],
): number {
  let highest = 0;
  for (const own of accounts) {
    highest = Math.max(highest, own?.[country] ?? own?.["default"] ?? generalPrice(spend, country));
  }
  return Math.round(highest * segments * MICRO);
}

/** What a message costs with one account. */
export function costOf(spend: SpendOptions, country: Country, segments: number, account: Prices | undefined): Money {
  return { amount: inMoney(dearest(spend, country, segments, [account])), currency: spend.currency };
}

/** Of what was counted of a bucket, what people call it: messages as they are, money in the currency. */
export function readable(dimension: string, amount: number): number {
  return dimension.startsWith("spend") ? inMoney(amount) : amount;
}

/** The caps that a message counts in, with what it takes of each. */
export type SpendBuckets = (country: Country, cost: number) => Bucket[];

/** What these caps make of messages; only what a message costs differs from one to the next in its country. */
export function createSpendBuckets(spend: SpendOptions): SpendBuckets {
  const capsOf = remember(MAX_COUNTRIES, (country) => {
    const perCountry = spend.perCountry[country as Country] ?? spend.perCountry["default"] ?? [];
    return [
      ...spend.total.map((cap) => bucketOf("spend", cap, "all")),
      ...perCountry.map((cap) => bucketOf("spend-country", cap, country)),
    ];
  });
  return (country, cost) => capsOf(country).map((withCost) => withCost(cost));
}

function bucketOf(dimension: string, { max, per }: z.infer<typeof cap>, key: string): (cost: number) => Bucket {
  const most = Math.round(max * MICRO);
  return (cost) => ({ dimension, key, max: most, perMs: per, cost });
}

function inMoney(millionths: number): number {
  return Math.round(millionths) / MICRO;
}

function generalPrice({ prices }: SpendOptions, country: Country): number {
  return prices[country] ?? prices["default"] ?? 0;
}
