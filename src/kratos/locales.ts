import { remember } from "../values/remember.ts";
import { type Fields, field, fieldsAt, textAt } from "./fields.ts";

const MAX_LOCALES = 5;
const MAX_HEADER_LENGTH = 1_000;
const LOCALE_FIELDS = ["locale", "lang", "language"];
/** `Intl` alone takes `german` for a language: registered tags start with two or three letters. */
const LOCALE = /^[a-z]{2,3}(-[a-z0-9]{1,8}){0,4}$/i;

/** BCP 47 tags, most wanted first: from the person's traits, the payload of the form, the browser's headers. */
export function readLocales(templateData: Fields, requestHeaders: Fields): string[] {
  const identity = fieldsAt(templateData, "identity");
  // Kratos puts the bare traits where the identity will be as long as the person is only registering.
  const traits = identity && (fieldsAt(identity, "traits") ?? identity);
  const wanted = [
    ...chosen(traits),
    ...chosen(fieldsAt(templateData, "transient_payload")),
    ...acceptedLanguages(headerOf(requestHeaders)),
  ];
  return [...new Set(wanted)].slice(0, MAX_LOCALES);
}

function chosen(fields: Fields | undefined): string[] {
  const tag = fields && LOCALE_FIELDS.map((name) => textAt(fields, name)).find(Boolean);
  return tag ? canonicalLocale(tag) : [];
}

function headerOf(headers: Fields): string {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === "accept-language");
  const values = name === undefined ? [] : [field(headers, name)].flat();
  return values
    .filter((value) => typeof value === "string")
    .join(",")
    .slice(0, MAX_HEADER_LENGTH);
}

/** `de-DE,de;q=0.9,en;q=0.5` → de-DE, de, en. Browsers send few different ones. */
const acceptedLanguages = remember(500, (header) =>
  header
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .flatMap(({ tag }) => canonicalLocale(tag)),
);

function canonicalLocale(raw: string): string[] {
  const tag = raw.trim().replaceAll("_", "-");
  if (!LOCALE.test(tag)) return [];
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return [];
  }
}
