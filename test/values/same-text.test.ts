import { expect, it } from "vitest";
import { sameText } from "../../src/values/same-text.ts";

it.each<[a: string, b: string, same: boolean]>([
  ["s3cret", "s3cret", true],
  ["s3cret", "s3creT", false],
  ["s3cret", "s3cre", false],
  ["s3cret", "", false],
  ["", "", true],
  ["schlüssel", "schlüssel", true],
])("compares %j and %j, of any length: %s", (a, b, same) => {
  expect(sameText(a, b)).toBe(same);
});
