/**
 * Writes every decimal digit of any script (full-width, Arabic-Indic, Devanagari, ...) as its ASCII digit.
 *
 * @see https://www.unicode.org/policies/stability_policy.html decimal digits stand in runs of ten, zero first.
 */
export function asciiDigits(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text;
  return text.replace(FOREIGN_DIGIT, (digit) => String(digitValue(digit.codePointAt(0) as number)));
}

const BEYOND_ASCII = /[^\0-\x7f]/;

const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/gu;
const DIGIT = /\p{Nd}/u;

function digitValue(codePoint: number): number {
  let zero = codePoint;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (codePoint - zero) % 10;
}
