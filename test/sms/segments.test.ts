import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { describe, expect, it } from "vitest";
import { countSegments } from "../../src/sms/segments.ts";

describe("countSegments", () => {
  it.each<[what: string, text: string, encoding: string, count: number]>([
    ["a code", "Your code is 482913", "GSM-7", 1],
    ["160 characters", "x".repeat(160), "GSM-7", 1],
    ["161 characters", "x".repeat(161), "GSM-7", 2],
    ["characters that count twice", "€".repeat(81), "GSM-7", 2],
    ["70 characters outside the alphabet", "я".repeat(70), "UCS-2", 1],
    ["71 of them", "я".repeat(71), "UCS-2", 2],
    ["one curly quote in an ordinary text", `“${"x".repeat(70)}`, "UCS-2", 2],
  ])("cuts %s", (_, text, encoding, count) => {
    expect(countSegments(text)).toEqual({ encoding, count });
  });

  it("cuts every text as the calculator does, quickly or not", () => {
    const alphabets = [
      "aZ09 \n@£¥àäöüßÑΔΩ_-",
      "aZ09 \n\r\f^{}\\[~]|€",
      "aя©“`ç\u0301\u200d",
      "a€я👩👧\u200d\ufe0f🇩🇪\r\n",
    ].map((characters) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 340 }));
    const any = fc.string({ unit: "binary", maxLength: 200 });
    fc.assert(
      fc.property(fc.oneof(...alphabets, any), (text) => {
        const { encodingName, segmentsCount } = new SegmentedMessage(text);
        expect(countSegments(text)).toEqual({ encoding: encodingName, count: segmentsCount });
      }),
      { numRuns: 1_000 },
    );
  });

  it("holds every character of the calculator's alphabet for what the calculator does", () => {
    for (let unit = 0; unit < 0x3000; unit++) {
      const text = String.fromCharCode(unit);
      expect(countSegments(text).encoding, `U+${unit.toString(16)}`).toBe(new SegmentedMessage(text).encodingName);
    }
  });

  it.each(["x", "é", "\u0301", "👩‍👩‍👧"])("takes no time for a quarter of a million of %j", (character) => {
    const startedMs = performance.now();
    countSegments(character.repeat(250_000));
    expect(performance.now() - startedMs).toBeLessThan(250);
  });
});
