import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PhoneNumber, parseNumber } from "../../src/sms/e164.ts";

function canonical(raw: string): string {
  const parsed = parseNumber(raw);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.number;
}

const VALID: PhoneNumber["number"][] = [
  "+4917667111638",
  "+14155552671",
  "+447911123456",
  "+919876543210",
  "+5511987654321",
  "+390612345678",
  "+81312345678",
  "+870773111632",
] as PhoneNumber["number"][];

describe("spellings of one number", () => {
  test.each([
    ["as it should be", "+491605555762"],
    ["dashes", "+49-160-555-5762"],
    ["spaces", " +49 160 555 5762 "],
    ["dots", "+49.160.555.5762"],
    ["slash", "+49 160/5555762"],
    ["parentheses", "+49 (160) 5555762"],
    ["parentheses around the country code", "(+49) 160 5555762"],
    ["brackets", "+49 [160] 5555762"],
    ["the trunk zero in parentheses", "+49 (0) 160 5555762"],
    ["other dashes", "+49\u2010160\u2011555\u2013576\u22122"],
    ["no-break spaces", "+49\u00a0160\u202f555\u20075762"],
    ["ideographic space", "+49\u3000160\u30005555762"],
    ["full width", "＋４９１６０５５５５７６２"],
    ["full width punctuation", "＋４９（１６０）５５５－５７６２"],
    ["Arabic-Indic digits", "+٤٩١٦٠٥٥٥٥٧٦٢"],
    ["Persian digits", "+۴۹۱۶۰۵۵۵۵۷۶۲"],
    ["Devanagari digits", "+४९१६०५५५५७६२"],
    ["mathematical digits", "+\u{1d7d2}\u{1d7d7}1605555762"],
    ["bidi marks", "\u202a+49\u200e1605555762\u202c"],
    ["bidi isolates", "\u2066+491605555762\u2069"],
    ["zero width", "+49\u200b160\u200d555\ufeff5762"],
    ["soft hyphens", "+49\u00ad160\u00ad5555762"],
  ])("%s", (_, raw) => {
    expect(parseNumber(raw)).toEqual({ number: "+491605555762", country: "DE", type: "mobile" });
  });
});

describe("no number", () => {
  test.each([
    ["nothing", ""],
    ["blanks", "   "],
    ["no plus", "491605555762"],
    ["no plus, a trunk zero", "0160 5555762"],
    ["00 for the plus", "0049 160 5555762"],
    ["no plus, in parentheses", "(0160) 5555762"],
    ["an extension", "+491605555762;ext=5"],
    ["an extension in words", "+491605555762 ext. 5"],
    ["an extension by x", "+491605555762x5"],
    ["an extension by #", "+491605555762#5"],
    ["a pause", "+491605555762,5"],
    ["letters", "+1 800 FLOWERS"],
    ["letters that look like digits", "+49l6O5555762"],
    ["a URI", "tel:+491605555762"],
    ["a WhatsApp address", "whatsapp:+491605555762"],
    ["an e-mail", "+491605555762@example.com"],
    ["CR and LF", "+491605555762\r\nX-Evil: y"],
    ["CR and LF inside", "+49160\r\n5555762"],
    ["a line feed at the end", "+491605555762\n"],
    ["a tab", "+49\t1605555762"],
    ["a line separator", "+49\u20281605555762"],
    ["a NUL", "+491605555762\0"],
    ["two plus signs", "++491605555762"],
    ["a plus inside", "+49+1605555762"],
    ["two numbers", "+491605555762,+14155552671"],
    ["two numbers, a blank between", "+491605555762 +14155552671"],
    ["a fraction", "+49160555½5762"],
    ["emoji digits", "+4\ufe0f\u20e391605555762"],
    ["half a surrogate pair", "+49160555\ud8355762"],
    ["digits as Roman numerals", "+49Ⅳ1605555762"],
    ["a country code of zero", "+0491605555762"],
    ["an unknown country code", "+999123456789"],
    ["too short", "+4917"],
    ["too long", "+49160555576212345678"],
    ["no such area", "+11115552671"],
    ["valid only by the coarse metadata", "+49900123456"],
    ["a plus alone", "+"],
    ["100,000 digits", `+49${"1".repeat(100_000)}`],
    ["100,000 blanks", `+49${" ".repeat(100_000)}1605555762`],
    ["100,000 ligatures", "\ufdfa".repeat(100_000)],
  ])("%s", (_, raw) => {
    const parsed = parseNumber(raw);
    expect(parsed).toEqual({ problem: expect.stringMatching(/^[a-z' +]+$/i) });
  });

  test("a missing plus has a sentence of its own", () => {
    expect(parseNumber("0160 5555762")).toEqual({ problem: "the number has no + and country code" });
    expect(parseNumber("٠١٦٠ ٥٥٥٥٧٦٢")).toEqual({ problem: "the number has no + and country code" });
  });
});

describe("country and type", () => {
  test.each([
    ["+14155552671", "US", "fixed-line-or-mobile"],
    ["+12425570000", "BS", "mobile"],
    ["+18765550123", "JM", "mobile"],
    ["+15005550006", "US", "personal-number"],
    ["+499001234567", "DE", "premium-rate"],
    ["+491801234567", "DE", "shared-cost"],
    ["+18002345678", "US", "toll-free"],
    ["+77011234567", "KZ", "mobile"],
    ["+79161234567", "RU", "mobile"],
    ["+393471234567", "IT", "mobile"],
    ["+870773111632", "001", "mobile"],
    ["+881612345678", "001", "mobile"],
    ["+8821612345678", "001", "voip"],
    ["+883510012345", "001", "voip"],
    ["+80012345678", "001", "toll-free"],
  ])("%s is of %s, %s", (raw, country, type) => {
    expect(parseNumber(raw)).toEqual({ number: raw, country, type });
  });
});

describe("for any text", () => {
  const separator = fc.constantFrom(
    "",
    "",
    "",
    " ",
    "-",
    ".",
    "/",
    "(",
    ")",
    "\u00a0",
    "\u2011",
    "\u200b",
    "\u202d",
    "－",
    "　",
  );
  const script = fc.constantFrom(0x30, 0x660, 0x6f0, 0x966, 0xff10, 0x1d7d8);
  const decorated = fc.constantFrom(...VALID).chain((number) =>
    fc.record({
      number: fc.constant(number),
      plus: fc.constantFrom("+", "＋", "\ufe62", " +", "\u200e+", "(+"),
      zeros: fc.array(script, { minLength: number.length, maxLength: number.length }),
      separators: fc.array(separator, { minLength: number.length, maxLength: number.length }),
    }),
  );

  test("every decoration of a number gives the number", () => {
    fc.assert(
      fc.property(decorated, ({ number, plus, zeros, separators }) => {
        const digits = [...number.slice(1)];
        const spelled = digits.map(
          (digit, at) => String.fromCodePoint((zeros[at] ?? 0x30) + Number(digit)) + separators[at],
        );
        expect(canonical(plus + spelled.join(""))).toBe(number);
      }),
      { numRuns: 2_000 },
    );
  });

  const alphabet = [
    ..."+0123456789 -().;=extabEXT\r\n\0\t",
    "\u202a",
    "٣",
    "３",
    "＋",
    "ー",
    "½",
    "²",
    "\ud800",
    "\u{1d7d8}",
  ];
  const anything = fc.oneof(
    fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 24 }),
    fc.string({ unit: "binary", maxLength: 24 }),
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 5, maxLength: 16 }).map((digits) => `+${digits}`),
    fc
      .tuple(
        fc.constantFrom("+49", "+1", "+44", "+52", "+54", "+55", "+39", "+225", "+881", "+7", "+86", "+380"),
        fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 6, maxLength: 12 }),
      )
      .map(([prefix, rest]) => prefix + rest),
  );

  test("what comes out is canonical, and canonical for good", () => {
    let valid = 0;
    fc.assert(
      fc.property(anything, (raw) => {
        const parsed = parseNumber(raw);
        if ("problem" in parsed) return;
        valid += 1;
        expect(parsed.number).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(parsed.country).toMatch(/^([A-Z]{2}|001)$/);
        expect(parseNumber(parsed.number)).toEqual(parsed);
      }),
      { numRuns: 10_000 },
    );
    expect(valid).toBeGreaterThan(100);
  });

  test("nothing that Kratos could not mean is turned into a number", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...VALID),
        fc.nat(16),
        fc.constantFrom(..."\r\n\t\0;:=#*,@&xeA"),
        (number, at, intruder) => {
          const raw = number.slice(0, at) + intruder + number.slice(at);
          expect(parseNumber(raw)).toHaveProperty("problem");
        },
      ),
    );
  });
});

test("ten thousand numbers take far less than a second each way", () => {
  const started = performance.now();
  for (let count = 0; count < 10_000; count += 1) parseNumber(VALID[count % VALID.length] as string);
  expect(performance.now() - started).toBeLessThan(2_000);
});
