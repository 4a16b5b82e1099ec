import { inspect } from "node:util";
import { expect, it } from "vitest";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";

it.each<[way: string, print: (secret: Secret) => string]>([
  ["String()", (secret) => String(secret)],
  ["a template", (secret) => `${secret}`],
  ["JSON", (secret) => JSON.stringify({ secret })],
  ["inspect", (secret) => inspect({ secret }, { depth: 9, showHidden: true })],
  ["its keys", (secret) => JSON.stringify(Object.entries(secret))],
])("a secret is not shown by %s", (_, print) => {
  expect(print(new Secret("hunter2"))).not.toContain("hunter2");
});

it("gives itself to the one who must use it", () => {
  expect(new Secret("hunter2").reveal()).toBe("hunter2");
});

it("makes tags that differ by secret, purpose and every boundary between parts", () => {
  const keyed = createKeyed(new Secret("a"));
  const tags = [
    keyed.tag("p", "ab", "c"),
    keyed.tag("p", "a", "bc"),
    keyed.tag("q", "ab", "c"),
    createKeyed(new Secret("b")).tag("p", "ab", "c"),
  ];
  expect(new Set(tags).size).toBe(tags.length);
  expect(keyed.tag("p", "ab", "c")).toBe(tags[0]);
  expect(tags.every((tag) => /^[\w-]{22}$/.test(tag))).toBe(true);
});
