import { z } from "zod";
import { byCountry } from "../sms/country.ts";
import type { Country, E164 } from "../sms/e164.ts";
import { numberTag } from "../sms/number-tag.ts";
import type { Bucket } from "../store/store.ts";
import type { Keyed } from "../values/keyed.ts";
import { durationOption } from "../values/options.ts";

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
  country: Country;
  clientIp?: string;
}

/** The windows that a message counts in; no key holds a number or an address, only tags of them. */
export function limitBuckets(limits: LimitOptions, keyed: Keyed, { to, country, clientIp }: LimitSubject): Bucket[] {
  const bucket = (dimension: string, { max, per }: z.infer<typeof window>, subject = "all"): Bucket => ({
    dimension,
    key: `${dimension}:${per}:${subject}`,
    max,
    perMs: per,
    cost: 1,
  });
  const perCountry = limits.perCountry[country] ?? limits.perCountry["default"] ?? [];
  const { perClientIp } = limits;
  const number = numberTag(keyed, to);
  const block = (digits: number) => keyed.tag("block", String(digits), to.slice(0, -digits));
  return [
    ...limits.perNumber.map((window) => bucket("number", window, number)),
    ...limits.perBlock.map((window) => bucket("block", window, block(window.digits))),
    ...perCountry.map((window) => bucket("country", window, country)),
    ...(perClientIp && clientIp ? [bucket("client-ip", perClientIp, keyed.tag("client-ip", clientIp))] : []),
    ...limits.total.map((window) => bucket("total", window)),
  ];
}
