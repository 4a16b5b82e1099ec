import { expect, test } from "vitest";
import { asciiDigits } from "../../src/values/ascii-digits.ts";

test.each([
  ["0123456789", "0123456789"],
  ["٠١٢٣٤٥٦٧٨٩", "0123456789"],
  ["۰۱۲۳۴۵۶۷۸۹", "0123456789"],
  ["०१२३४५६७८९", "0123456789"],
  ["０１２３４５６７８９", "0123456789"],
  ["๐๑๒๓๔๕๖๗๘๙", "0123456789"],
  ["𝟎𝟗𝟘𝟡𝟬𝟵𝟶𝟿", "09090909"],
  ["a٢b², Ⅳ 四", "a2b², Ⅳ 四"],
])("%j is %j", (text, expected) => {
  expect(asciiDigits(text)).toBe(expected);
});

test("every decimal digit that this runtime knows becomes the digit of its value", () => {
  const digits: string[] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
    const character = String.fromCodePoint(codePoint);
    if (/\p{Nd}/u.test(character)) digits.push(character);
  }
  expect(digits.length).toBeGreaterThan(600);
  expect(asciiDigits(digits.join(""))).toBe("0123456789".repeat(digits.length / 10));
});
