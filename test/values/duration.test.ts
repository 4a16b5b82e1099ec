import { expect, it } from "vitest";
import { parseDuration } from "../../src/values/duration.ts";

it.each<[text: string, ms: number | undefined]>([
  ["500ms", 500],
  ["8s", 8_000],
  ["10m", 600_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
  ["8", undefined],
  ["8 s", undefined],
  ["-8s", undefined],
  ["1.5s", undefined],
  ["8S", undefined],
  ["", undefined],
])("reads %j as %s ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
