import {
  type CountryCode,
  type NumberType as LibraryNumberType,
  parsePhoneNumberFromString,
} from "libphonenumber-js/core/es6";
import metadata from "libphonenumber-js/max/metadata";
import { asciiDigits } from "../values/ascii-digits.ts";

declare const e164: unique symbol;

/** A valid number as `+` and 7 to 15 digits, the one spelling that is sent, keyed and compared. */
export type E164 = string & { readonly [e164]: true };

/** ISO 3166-1 alpha-2, or `001` for numbers that belong to no country (satellite, international services). */
export type Country = CountryCode | "001";

/** What the numbering plan says of a number, in our words. */
export type NumberType =
  | "mobile"
  | "fixed-line"
  | "fixed-line-or-mobile"
  | "premium-rate"
  | "shared-cost"
  | "toll-free"
  | "voip"
  | "personal-number"
  | "pager"
  | "uan"
  | "voicemail";

/** A number in canonical form with what its numbering plan tells. */
export interface PhoneNumber {
  number: E164;
  country: Country;
  /** Absent where the plan does not tell. */
  type?: NumberType | undefined;
}

const CANONICAL = /^\+[1-9]\d{6,14}$/;
const INVISIBLE = /\p{Cf}/gu;
/** What may stand between digits once NFKC has folded the wide and the non-breaking forms; no control character. */
const SPELLING = /^\(?\+[\d ()[\]./~\-‐-―−ー]+$/;
const MAX_SPELLED = 100;

/**
 * Reads a number however it was spelled (spaces, dashes, full-width digits, bidi marks) as one canonical form.
 * Answers with a sentence, without the number in it, when there is none: extensions, letters, control characters and a
 * missing country code are refused.
 *
 * @see https://www.itu.int/rec/T-REC-E.164
 */
export function parseNumber(raw: string): PhoneNumber | { problem: string } {
  if (CANONICAL.test(raw)) return lookUp(raw);
  if (raw.length > MAX_SPELLED) return { problem: "this is too long for a phone number" };
  const spelled = asciiDigits(raw.normalize("NFKC").replace(INVISIBLE, "")).replace(/^ +| +$/g, "");
  if (/^[\d(]+\d/.test(spelled)) return { problem: "the number has no + and country code" };
  if (!SPELLING.test(spelled)) return { problem: "this is not a phone number" };
  return lookUp(`+${spelled.replace(/\D/g, "")}`);
}

/** What is before and behind a number belongs to it; it would be looked for otherwise. */
const WHOLE = { extract: false };

function lookUp(digits: string): PhoneNumber | { problem: string } {
  const parsed = parsePhoneNumberFromString(digits, WHOLE, metadata);
  const libraryType = parsed?.getType();
  // A number with a type is valid; asking `isValid` first would match the whole numbering plan twice.
  if (!parsed || !(libraryType || parsed.isValid()) || !CANONICAL.test(parsed.number)) {
    return { problem: "no such number exists in its country's numbering plan" };
  }
  const type = libraryType && NUMBER_TYPES[libraryType];
  return { number: parsed.number as string as E164, country: parsed.country ?? "001", type };
}

const NUMBER_TYPES: Record<Exclude<LibraryNumberType, undefined>, NumberType> = {
  MOBILE: "mobile",
  FIXED_LINE: "fixed-line",
  FIXED_LINE_OR_MOBILE: "fixed-line-or-mobile",
  PREMIUM_RATE: "premium-rate",
  SHARED_COST: "shared-cost",
  TOLL_FREE: "toll-free",
  VOIP: "voip",
  PERSONAL_NUMBER: "personal-number",
  PAGER: "pager",
  UAN: "uan",
  VOICEMAIL: "voicemail",
};
