import { expect, it } from "vitest";
import { remember } from "../../src/values/remember.ts";

it("works out each answer once, and forgets all of them rather than grow", () => {
  const asked: string[] = [];
  const upper = remember(2, (text) => {
    asked.push(text);
    return [text.toUpperCase()];
  });
  expect([upper("a"), upper("b"), upper("a")]).toEqual([["A"], ["B"], ["A"]]);
  expect(asked).toEqual(["a", "b"]);
  expect(upper("c")).toEqual(["C"]);
  expect(upper("a")).toEqual(["A"]);
  expect(asked).toEqual(["a", "b", "c", "a"]);
});

it("does not hold on to a long text", () => {
  let asked = 0;
  const length = remember(2, (text) => [text.length, ++asked]);
  expect([length("x".repeat(1_000)), length("x".repeat(1_000))]).toEqual([
    [1_000, 1],
    [1_000, 2],
  ]);
});
