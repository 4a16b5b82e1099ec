import { isSupportedCountry } from "libphonenumber-js/max/es6";
import { z } from "zod";
import { byCountry } from "../sms/country.ts";
import type { Country } from "../sms/e164.ts";
import type { SendResult } from "../sms/send-result.ts";

/** At most this many requests at a time to one account. */
export const maxInFlightOption = z
  .int()
  .min(1)
  .max(10_000)
  .default(80)
  .describe("At most so many requests to this account at a time; the next message goes to the next provider.");

/** What a segment costs with this account, by country; the general prices of `spend` when it is left out. */
export const pricesOption = byCountry(z.number().min(0)).describe(
  "What a segment costs with this account, by country; without them `spend.prices` counts.",
);

/** Where the vendor's API is; only a stand-in on this machine may be reached without TLS. */
export const baseUrlOption = z
  .string()
  .refine(isBaseUrl, "must be an https URL without credentials, query or fragment (http only for this machine)")
  .transform((url) => url.replace(/\/+$/, ""))
  .meta({ title: "URL" })
  .describe("Where the vendor's API is: https, or http for a stand-in on this machine.");

/** The senders of an account by country, `default` for all others. */
export type Senders<Sender> = Record<string, Sender>;

/** Reads `sender: { default: {...}, GB: {...} }`. */
export function sendersOption<Schema extends z.ZodType>(sender: Schema) {
  return z
    .record(z.string().meta({ title: "country" }), sender)
    .superRefine((senders, context) => {
      for (const key of Object.keys(senders)) {
        if (key === "default" || isSupportedCountry(key)) continue;
        const message = "is neither `default` nor an ISO 3166-1 country code in capitals such as GB";
        context.addIssue({ code: "custom", path: [key], message });
      }
    })
    .refine((senders) => Object.keys(senders).length > 0, "names no sender")
    .describe("Who messages come from, by the recipient's country; `default` is for all others.");
}

/** The sender for a country, or the default one. */
export function senderFor<Sender>(senders: Senders<Sender>, country: Country): Sender | undefined {
  if (Object.hasOwn(senders, country)) return senders[country];
  return Object.hasOwn(senders, "default") ? senders["default"] : undefined;
}

/** What an attempt comes to that there is no sender for. */
export const NO_SENDER: SendResult = { outcome: "not-sent", kind: "sender-refused", detail: "no sender to use" };

/** Whether a sender is a name and not a number. */
export function isAlphanumeric(sender: string): boolean {
  return /[A-Za-z]/.test(sender);
}

/** Whether the networks of a country carry senders that are names. */
export function carriesNames(country: Country): boolean {
  return !NUMBERS_ONLY.has(country);
}

const NUMBERS_ONLY: ReadonlySet<Country> = new Set<Country>(["US", "CA", "PR"]);

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username || password || search || hash) return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}
