import fc from "fast-check";
import { expect, test } from "vitest";
import { findCodeInText } from "../../src/kratos/text-code.ts";
import { TEXTS_WITH_A_CODE } from "./texts-with-a-code.ts";
import { TEXTS_WITHOUT_A_CODE } from "./texts-without-a-code.ts";

test("the tables are as long as they claim", () => {
  expect(new Set(TEXTS_WITH_A_CODE.map(([text]) => text)).size).toBeGreaterThanOrEqual(40);
  expect(new Set(TEXTS_WITHOUT_A_CODE).size).toBeGreaterThanOrEqual(60);
});

test.each(TEXTS_WITH_A_CODE)("%j shows the code %s", (text, code) => {
  expect(findCodeInText(text)).toBe(code);
});

test.each(TEXTS_WITHOUT_A_CODE)("%j shows no code", (text) => {
  expect(findCodeInText(text)).toBeUndefined();
});

test("any six digits in Kratos' own words are the code, leading zeros and all", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), (number) => {
      const code = String(number).padStart(6, "0");
      expect(findCodeInText(`Your login code is: ${code}\n\nIt expires in 60 minutes.\n`)).toBe(code);
    }),
  );
});

test("a code it finds stands in the text, digit by digit", () => {
  const piece = fc.constantFrom(
    "code",
    "is",
    ":",
    " ",
    "482913",
    "12",
    "-",
    ".",
    "\n",
    "€",
    "Kod",
    "验证码",
    "+49",
    "#",
    "@",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join("");
      const code = findCodeInText(text);
      if (code === undefined) return;
      expect(code).toMatch(/^\d{4,8}$/);
      expect(text.replace(/[ -]/g, "")).toContain(code);
    }),
    { numRuns: 3_000 },
  );
});

test.each(["1", "1 ", "a.", "code ", "a@", "(1", "https://", "\n", "é", "code is 1", "1,", "order "])(
  "a long text of %j is searched within a blink",
  (piece) => {
    const started = performance.now();
    findCodeInText(piece.repeat(Math.floor(1_600 / piece.length)));
    findCodeInText(piece.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(500);
  },
);
