import fc from "fast-check";
import metadata from "libphonenumber-js/max/metadata";
import { expect, it } from "vitest";
import ours from "../build/matches-entirely.mjs";
// @ts-expect-error: not part of what the library exports, so it says no types
import theirs from "../node_modules/libphonenumber-js/es6-modern/helpers/matchesEntirely.js";

/** Every pattern in the numbering plans, wherever it stands there. */
function patternsOf(value: unknown): string[] {
  if (typeof value === "string") return /[\\[(]/.test(value) ? [value] : [];
  return Object.values(value ?? {}).flatMap(patternsOf);
}

it("answers what the library's own helper answers, pattern by pattern", () => {
  const patterns = patternsOf(metadata);
  expect(patterns.length).toBeGreaterThan(1_000);
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 15 });
  for (const pattern of patterns) {
    fc.assert(
      fc.property(fc.oneof(digits, fc.stringMatching(new RegExp(`^(?:${pattern})$`))), (text) => {
        expect(ours(text, pattern)).toBe(theirs(text, pattern));
      }),
      { numRuns: 3 },
    );
  }
  expect(ours(undefined, "1?")).toBe(theirs(undefined, "1?"));
});
