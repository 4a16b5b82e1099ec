import { z } from "zod";
import { byCountry } from "../sms/country.ts";
import type { Country, E164 } from "../sms/e164.ts";
import { numberTag } from "../sms/number-tag.ts";
import type { Bucket } from "../store/store.ts";
import type { Keyed } from "../values/keyed.ts";
import { durationOption } from "../values/options.ts";

const window = z.strictObject({
  max: z.int().min(1, "at least 1; to stop a country leave it out of destinations.countries"),
  per: durationOption.refine((ms) => ms >= 1_000, "at least 1s"),
});

/** One window or several; all of them hold. */
const windows = z.union([z.array(window).min(1), window.transform((one) => [one])]);

const blockWindow = window.extend({ digits: z.int().min(1).max(6) });

/** `limits:` of the configuration file: at most `max` in any window of that length. */
export const limitOptions = z.strictObject({
  perNumber: windows.default([
    { max: 5, per: 600_000 },
    { max: 10, per: 86_400_000 },
  ]),
  /** Numbers that differ only in their last `digits`. */
  perBlock: z.union([z.array(blockWindow).min(1), blockWindow.transform((one) => [one])]).default([]),
  perCountry: byCountry(windows).default({}),
  /** The address of the person's browser, from a header that the operator names and trusts. */
  perClientIp: window.extend({ header: z.string().min(1) }).optional(),
  total: windows.default([]),
  /** suppress: 200, Kratos stops; reject: 429, Kratos asks again. */
  onLimit: z.enum(["suppress", "reject"]).default("suppress"),
  /** Counts and tells, and stops nothing. */
  monitorOnly: z.boolean().default(false),
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
