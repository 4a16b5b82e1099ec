import { isSupportedCountry } from "libphonenumber-js/max/es6";
import { z } from "zod";
import type { Country } from "./e164.ts";

/** At least as many as there are in the world, for what is kept by country. */
export const MAX_COUNTRIES = 300;

/** A country in the configuration file, as its ISO 3166-1 code. */
export const countryOption = z
  .string()
  .transform((text, context): Country => {
    if (isSupportedCountry(text)) return text;
    const upper = text.toUpperCase();
    const hint = isSupportedCountry(upper) ? `; write ${upper}` : text === "UK" ? "; write GB" : "";
    context.addIssue({
      code: "custom",
      message: `a country is its ISO 3166-1 code in two capitals, such as DE${hint}`,
    });
    return z.NEVER;
  })
  .meta({ title: "country" });

/** A map of the configuration file by country, with `default` for all others. */
export function byCountry<Value extends z.ZodType>(value: Value) {
  return z.partialRecord(z.union([z.literal("default"), countryOption]).meta({ title: "country" }), value);
}
