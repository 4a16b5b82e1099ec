import { asciiDigits } from "../values/ascii-digits.ts";
import type { Sms } from "./provider.ts";

/** Stands for an id that may be something private. */
const MASKED = "masked";

/**
 * A vendor's message id as it may be logged. Real ones are `SM…` or UUIDs; one of nothing but digits, or one that holds the
 * number or a code of the text, may be what no log must show.
 */
export function loggableId(id: string, { to, text }: Pick<Sms, "to" | "text">): string {
  if (/^[\d_-]+$/.test(id)) return MASKED;
  // The last seven digits are a phone's own in nearly every country, with or without the codes before them.
  const digits = /[_-]/.test(id) ? id.replace(/[_-]/g, "") : id;
  if (digits.includes(to.slice(-7))) return MASKED;
  return holdsCodeOf(text, id) ? MASKED : id;
}

/** Whether the id holds whatever could be a code in the text: `482913`, `482 913`, `A4B9K2`. */
function holdsCodeOf(text: string, id: string): boolean {
  const plain = asciiDigits(text);
  const isSpaced = /\d[ \u00a0-]\d/.test(plain);
  return holdsWordOf(plain, id) || (isSpaced && holdsWordOf(plain.replaceAll(/(\d)[ \u00a0-](?=\d)/g, "$1"), id));
}

function holdsWordOf(text: string, id: string): boolean {
  for (const word of text.match(WORD_WITH_DIGIT) ?? []) if (word.length >= 4 && id.includes(word)) return true;
  return false;
}

/** From where a word begins, so that a long one without a digit is read once. */
const WORD_WITH_DIGIT = /(?<![A-Za-z\d])[A-Za-z]*\d[A-Za-z\d]*/g;
