import { describe, expect, it } from "vitest";
import { measureSegments } from "../../src/sms/segment-meter.ts";
import { countSegments } from "../../src/sms/segments.ts";

/** Kratos' own texts, with an autofill line for a host of this length. */
const verification = (hostLength: number) =>
  `Your verification code is: 482913\n\nIf this was not you, do nothing. It expires in 60 minutes.\n\n@${host(hostLength)} #482913`;
const login = (start: string) => `${start} 482913\n\nIt expires in 60 minutes.\n\n@${host(17)} #482913`;
const host = (length: number) => `${"a".repeat(length - 8)}.example`;

const gsm7 = (count: number, units: number, unitsLeft: number, perSegment = count > 1 ? 153 : 160) =>
  ({ encoding: "GSM-7", count, units, unitsLeft, perSegment }) as const;
const ucs2 = (count: number, units: number, unitsLeft: number, perSegment = count > 1 ? 67 : 70) =>
  ({ encoding: "UCS-2", count, units, unitsLeft, perSegment }) as const;

describe("the fill of segments", () => {
  it.each<[what: string, text: string, expected: object]>([
    ["nothing", "", gsm7(1, 0, 160)],
    ["Kratos' verification text", verification(17), gsm7(1, 121, 39)],
    ["the same for a host that is 43 characters longer", verification(60), gsm7(2, 164, 142)],
    ["Kratos' login text", login("Your login code is:"), gsm7(1, 81, 79)],
    ["a login text with a curly apostrophe", login("Here’s your login code:"), ucs2(2, 85, 49)],
    ["as much as one segment holds", "x".repeat(160), gsm7(1, 160, 0)],
    ["one more", "x".repeat(161), gsm7(2, 161, 145)],
    ["as much as two hold", "x".repeat(306), gsm7(2, 306, 0)],
    ["one more than two hold", "x".repeat(307), gsm7(3, 307, 152)],
    ["characters that count twice", "{€}", gsm7(1, 6, 154)],
    ["such a character that fits into no rest of one unit", `${"x".repeat(152)}€${"x".repeat(10)}`, gsm7(2, 164, 141)],
    ["70 Cyrillic letters", "я".repeat(70), ucs2(1, 70, 0)],
    ["71 of them", "я".repeat(71), ucs2(2, 71, 63)],
    ["emoji of two units each", "😀".repeat(35), ucs2(1, 70, 0)],
    ["braces between Cyrillic letters, which count once there", "я{}", ucs2(1, 3, 67)],
    ["a line break of two characters", "a\r\nb", gsm7(1, 4, 156)],
  ])("is measured for %s", (_, text, expected) => {
    expect(measureSegments(text)).toMatchObject(expected);
    const { encoding, count } = measureSegments(text);
    expect({ encoding, count }).toEqual(countSegments(text));
  });
});

describe("the causes of UCS-2", () => {
  it.each<[text: string, causes: [character: string, codePoint: string, replacement?: string][]]>([
    ["Your code: 482913 {€} ~ [x] \\ ñ à Ω", []],
    ["It’s 1", [["’", "U+2019", "'"]]],
    [
      "“a” and “b”",
      [
        ["“", "U+201C", '"'],
        ["”", "U+201D", '"'],
      ],
    ],
    [
      "a – b — c − d",
      [
        ["–", "U+2013", "-"],
        ["—", "U+2014", "-"],
        ["−", "U+2212", "-"],
      ],
    ],
    ["wait…", [["…", "U+2026", "..."]]],
    [
      "482\u00a0913\u202f€",
      [
        ["\u00a0", "U+00A0", " "],
        ["\u202f", "U+202F", " "],
      ],
    ],
    [
      "a\tb\u2028c",
      [
        ["\t", "U+0009", " "],
        ["\u2028", "U+2028", "\n"],
      ],
    ],
    [
      "a\u200bb\ufeffc\u00add",
      [
        ["\u200b", "U+200B", ""],
        ["\ufeff", "U+FEFF", ""],
        ["\u00ad", "U+00AD", ""],
      ],
    ],
    ["a\u200db", [["a\u200d", "U+0061 U+200D", "a"]]],
    [
      "ｃｏｄｅ",
      [
        ["ｃ", "U+FF43", "c"],
        ["ｏ", "U+FF4F", "o"],
        ["ｄ", "U+FF44", "d"],
        ["ｅ", "U+FF45", "e"],
      ],
    ],
    ["e\u0301", [["e\u0301", "U+0065 U+0301", "é"]]],
    ["a\u0301", [["a\u0301", "U+0061 U+0301"]]],
    [
      "ç á",
      [
        ["ç", "U+00E7"],
        ["á", "U+00E1"],
      ],
    ],
    [
      "код",
      [
        ["к", "U+043A"],
        ["о", "U+043E"],
        ["д", "U+0434"],
      ],
    ],
    ["👍🏽", [["👍🏽", "U+1F44D U+1F3FD"]]],
    ["’’’", [["’", "U+2019", "'"]]],
  ])("in %j are named once each, with what to write instead", (text, causes) => {
    const expected = causes.map(([character, codePoint, replacement]) => ({
      character,
      codePoint,
      ...(replacement !== undefined && { replacement }),
    }));
    expect(measureSegments(text).causes).toEqual(expected);
  });
});

describe("the text with the replacements", () => {
  it("tells what a curly apostrophe costs", () => {
    expect(measureSegments(login("Here’s your login code:")).replaced).toEqual({
      text: login("Here's your login code:"),
      encoding: "GSM-7",
      count: 1,
      units: 85,
    });
  });

  it.each<[what: string, text: string, saves: boolean]>([
    ["nothing is to be replaced", "x".repeat(161), false],
    ["one character is left for which there is nothing", "“ç”", false],
    ["another alphabet is needed anyway", "«код»", false],
    ["fewer segments are needed, though the alphabet stays", `${"я".repeat(70)}\u200b`, true],
    ["the cheaper alphabet becomes enough", "“482913”", true],
    ["the text grows and still fits", "…".repeat(50), true],
    ["the text grows beyond a second segment", "…".repeat(60), false],
    ["the text grows beyond what can be sent", "…".repeat(1_600), false],
    ["the text is longer than can be sent", `’${"x".repeat(1_600)}`, false],
  ])("is given only when it saves something: when %s", (_, text, saves) => {
    expect("replaced" in measureSegments(text)).toBe(saves);
  });
});

it.each(["x", "é", "\u0301", "’", "👩‍👩‍👧"])("measures a quarter of a million of %j at once", (character) => {
  const startedMs = performance.now();
  measureSegments(character.repeat(250_000));
  expect(performance.now() - startedMs).toBeLessThan(500);
});
