import { describe, expect, it } from "vitest";
import { sameValue } from "../../src/values/same-value.ts";
import { Secret } from "../../src/values/secret.ts";

const options = (secret: string, extra: object = {}) => ({ sender: { DE: ["a"] }, key: new Secret(secret), ...extra });

describe("two values", () => {
  it.each<[what: string, a: unknown, b: unknown, same: boolean]>([
    ["the same in other objects", options("s"), options("s"), true],
    ["another secret", options("s"), options("t"), false],
    ["a secret and its text", { key: new Secret("s") }, { key: "s" }, false],
    ["a key more", options("s"), options("s", { region: "eu" }), false],
    ["a key that is undefined, and none", options("s", { region: undefined }), options("s"), true],
    ["another order", ["a", "b"], ["b", "a"], false],
    ["a list and a map", ["a"], { 0: "a" }, false],
    ["something and nothing", options("s"), undefined, false],
    ["maps", new Map([["a", 1]]), new Map([["a", 1]]), true],
    ["other maps", new Map([["a", 1]]), new Map([["a", 2]]), false],
  ])("%s", (_, a, b, same) => {
    expect(sameValue(a, b)).toBe(same);
    expect(sameValue(b, a)).toBe(same);
  });
});
