import { remember } from "../values/remember.ts";
import { type Fields, field, fieldsAt, textAt } from "./fields.ts";

const MAX_LOCALES = 5;
const MAX_HEADER_LENGTH = 1_000;
const LOCALE_FIELDS = ["locale", "lang", "language"];
/** `Intl` alone takes `german` for a language: registered tags start with two or three letters. */
const LOCALE = /^[a-z]{2,3}(-[a-z0-9]{1,8}){0,4}$/i;

/** BCP 47 tags, most wanted first: from the person's traits, the payload of the form, the browser's headers. */
export function readLocales(templateData: Fields, requestHeaders: Fields): readonly string[] {
  const identity = fieldsAt(templateData, "identity");
  // Kratos puts the bare traits where the identity will be as long as the person is only registering.
  const traits = identity && (fieldsAt(identity, "traits") ?? identity);
  const named = [...chosen(traits), ...chosen(fieldsAt(templateData, "transient_payload"))];
  const accepted = acceptedLanguages(headerOf(requestHeaders));
  return named.length === 0 ? accepted : first([...named, ...accepted]);
}

function chosen(fields: Fields | undefined): string[] {
  const tag = fields && LOCALE_FIELDS.map((name) => textAt(fields, name)).find(Boolean);
  return tag ? canonicalLocale(tag) : [];
}

function first(tags: readonly string[]): readonly string[] {
  return [...new Set(tags)].slice(0, MAX_LOCALES);
}

function headerOf(headers: Fields): string {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === "accept-language");
  const value = name === undefined ? undefined : field(headers, name);
  const values = Array.isArray(value) ? value : [value];
  return values
    .filter((line) => typeof line === "string")
    .join(",")
    .slice(0, MAX_HEADER_LENGTH);
}

/** `de-DE,de;q=0.9,en;q=0.5` → de-DE, de, en. Browsers send few different ones. */
const acceptedLanguages = remember(500, (header) => {
  const ranges = header
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return first(ranges.flatMap(({ tag }) => canonicalLocale(tag)));
});

function canonicalLocale(raw: string): string[] {
  const tag = raw.trim().replaceAll("_", "-");
  if (!LOCALE.test(tag)) return [];
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return [];
  }
}
