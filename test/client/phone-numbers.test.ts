import { describe, expect, it } from "vitest";
import { createPhoneNumbers } from "../../src/client/phone-numbers.ts";
import { parseNumber } from "../../src/sms/e164.ts";

const ALL = 26_600;

function drawn(count: number, options: Parameters<typeof createPhoneNumbers>[0] = {}): string[] {
  const draw = createPhoneNumbers(options);
  return Array.from({ length: count }, draw);
}

describe("test numbers", () => {
  it("are all valid, American, kept for fiction, and none is one that people type by hand", () => {
    for (const number of drawn(ALL)) {
      expect(number).toMatch(/^\+1(?!202)\d{3}55501\d\d$/);
      expect(parseNumber(number)).toMatchObject({ number, country: "US", type: "fixed-line-or-mobile" });
    }
  });

  it("repeat only when all of them were drawn", () => {
    expect(new Set(drawn(ALL)).size).toBe(ALL);
    const again = drawn(ALL + 1);
    expect(again.at(-1)).toBe(again[0]);
  });

  it("are never drawn by two who draw at the same time", () => {
    const shares = 7;
    const numbers = Array.from({ length: shares }, (_, share) => drawn(1_000, { share, shares })).flat();
    expect(new Set(numbers).size).toBe(shares * 1_000);
  });

  it("begin somewhere else in each run", () => {
    expect(new Set(Array.from({ length: 20 }, () => drawn(1)[0])).size).toBeGreaterThan(15);
  });

  it.each<[start: number]>([[0], [0.5], [1 - 2 ** -32]])("begin anywhere from %d", (start) => {
    expect(parseNumber(drawn(1, { start })[0] ?? "")).toHaveProperty("number");
  });
});
