import { z } from "zod";
import { byCountry, MAX_COUNTRIES } from "../sms/country.ts";
import type { Country, E164 } from "../sms/e164.ts";
import type { Bucket } from "../store/store.ts";
import type { Keyed } from "../values/keyed.ts";
import { durationOption } from "../values/options.ts";
import { remember } from "../values/remember.ts";

const window = z.strictObject({
  max: z
    .int()
    .min(1, "at least 1; to stop a country leave it out of destinations.countries")
    .describe("How many messages at most."),
  per: durationOption.refine((ms) => ms >= 1_000, "at least 1s").describe("In any window of this length; at least 1s."),
});

/** One window or several; all of them hold. */
const windows = z.union([z.array(window).min(1), window.transform((one) => [one])]);

const blockWindow = window.extend({
  digits: z.int().min(1).max(6).describe("By so many of their last digits the numbers of a block differ."),
});

/** `limits:` of the configuration file: at most `max` in any window of that length. */
export const limitOptions = z.strictObject({
  perNumber: windows
    .prefault([
      { max: 5, per: "10m" },
      { max: 10, per: "24h" },
    ])
    .describe("Messages to one number."),
  perBlock: z
    .union([z.array(blockWindow).min(1), blockWindow.transform((one) => [one])])
    .default([])
    .describe("Messages to numbers that differ only in their last digits; off by default."),
  perCountry: byCountry(windows)
    .default({})
    .describe("Messages to a country, `default` for each other one; off by default."),
  perClientIp: window
    .extend({
      header: z.string().min(1).describe("The request header that holds the address; only one that you trust."),
    })
    .optional()
    .describe("Messages that one person's browser asks for; off by default."),
  total: windows.default([]).describe("Messages in all; off by default."),
  onLimit: z
    .enum(["suppress", "reject"])
    .default("suppress")
    .describe("What Kratos is told: suppress says 200, and it stops; reject says 429, and it asks again."),
  monitorOnly: z.boolean().default(false).describe("Counts and tells, and stops nothing; so does dev mode."),
});

/** How often messages may go where. */
export type LimitOptions = z.infer<typeof limitOptions>;

/** What of a message the limits look at. */
export interface LimitSubject {
  to: E164;
  /** The keyed tag of the number. */
  tag: string;
  country: Country;
  clientIp?: string | undefined;
}

/** The windows that a message counts in; no key holds a number or an address, only tags of them. */
export type LimitBuckets = (subject: LimitSubject) => Bucket[];

/** What these limits make of messages. Whatever does not differ from message to message is made once. */
export function createLimitBuckets(limits: LimitOptions, keyed: Keyed): LimitBuckets {
  const perNumber = limits.perNumber.map((window) => bucketOf("number", window));
  const perBlock = limits.perBlock.map((window) => ({ digits: window.digits, ...bucketOf("block", window) }));
  const perClientIp = limits.perClientIp && bucketOf("client-ip", limits.perClientIp);
  const total = limits.total.map((window) => bucketOf("total", window).of("all"));
  const perCountry = remember(MAX_COUNTRIES, (country) => {
    const windows = limits.perCountry[country as Country] ?? limits.perCountry["default"] ?? [];
    return windows.map((window) => bucketOf("country", window).of(country));
  });
  return ({ to, tag, country, clientIp }) => {
    const buckets: Bucket[] = [];
    for (const window of perNumber) buckets.push(window.of(tag));
    for (const { digits, of } of perBlock) buckets.push(of(keyed.tag("block", String(digits), to.slice(0, -digits))));
    for (const bucket of perCountry(country)) buckets.push(bucket);
    if (perClientIp && clientIp) buckets.push(perClientIp.of(keyed.tag("client-ip", clientIp)));
    for (const bucket of total) buckets.push(bucket);
    return buckets;
  };
}

function bucketOf(dimension: string, { max, per }: z.infer<typeof window>): { of(key: string): Bucket } {
  return { of: (key) => ({ dimension, key, max, perMs: per, cost: 1 }) };
}
