import { z } from "zod";
import { countryOption } from "../sms/country.ts";
import type { Country, E164, NumberType } from "../sms/e164.ts";

const NUMBER_TYPES = [
  "mobile",
  "fixed-line",
  "fixed-line-or-mobile",
  "premium-rate",
  "shared-cost",
  "toll-free",
  "voip",
  "personal-number",
  "pager",
  "uan",
  "voicemail",
] as const satisfies readonly NumberType[];

/** `destinations:` of the configuration file. */
export const destinationOptions = z.strictObject({
  countries: z
    .array(countryOption)
    .min(1, "names no country")
    .optional()
    .describe("Where messages may go at all; required in live mode, everywhere when left out in dev mode."),
  denyTypes: z
    .array(z.enum(NUMBER_TYPES))
    .optional()
    .describe("Types of numbers that get no message, by the public numbering plans."),
  denyPrefixes: z
    .array(z.string().regex(/^\+\d{1,15}$/, "a prefix is + and digits, such as +881"))
    .optional()
    .describe("Beginnings of numbers that get no message, such as +881."),
  exempt: z
    .array(z.string().regex(/^\+\d{7,15}$/, "an exempt number is a whole number, such as +15005550006"))
    .optional()
    .describe("Whole numbers that skip this section and the limits: an app store's reviewer, a monitor."),
});

/** Where messages may go. */
export type DestinationPolicy = z.infer<typeof destinationOptions>;

/** What of a message the policy looks at. */
export interface Destination {
  to: E164;
  country: Country;
  numberType?: NumberType | undefined;
}

/** Why a message may not go there, in words without the number; undefined when it may. */
export function refuseDestination(
  policy: DestinationPolicy,
  { to, country, numberType }: Destination,
): string | undefined {
  const { countries, denyTypes, denyPrefixes, exempt } = policy;
  if (exempt?.includes(to)) return undefined;
  if (country === "001") return "numbers that belong to no country (satellite and the like) are refused";
  if (countries && !countries.includes(country)) return `country ${country} is not in destinations.countries`;
  if (numberType && denyTypes?.includes(numberType)) return `number type ${numberType} is in destinations.denyTypes`;
  const prefix = denyPrefixes?.find((start) => to.startsWith(start));
  return prefix && `prefix ${prefix} is in destinations.denyPrefixes`;
}
