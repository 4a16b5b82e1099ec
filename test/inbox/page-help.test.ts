import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SEARCH_HELP } from "../../src/inbox/page-help.ts";
import { parseSearch } from "../../src/inbox/search.ts";

const examples = SEARCH_HELP.flatMap(([written]) => written);
const operatorOf = (example: string) => example.slice(0, example.indexOf(":"));
const operators = [...new Set(examples.map(operatorOf))];

test.each(examples)("the search understands %s, as the page's help writes it", (example) => {
  expect(parseSearch(example)).toBeTypeOf("function");
});

test("every word that the help names behind is: is known", () => {
  const [, finds = ""] = SEARCH_HELP.find(([written]) => written.includes("is:failed")) ?? [];
  const words = finds.replace(/^an outcome, or /, "").split(", ");
  expect(words.length).toBeGreaterThan(3);
  for (const word of words) expect(parseSearch(`is:${word}`)).toBeTypeOf("function");
});

test("the help and docs/inbox.md name the same operators", () => {
  const section = readFileSync("docs/inbox.md", "utf8").split("## Search")[1]?.split("\n## ")[0] ?? "";
  const cells = section.split("\n").filter((line) => line.startsWith("| `"));
  const documented = cells.flatMap((line) => line.split("|")[1]?.match(/(?<=`)[a-z]+(?=:)/g) ?? []);
  expect([...new Set(documented)]).toEqual(operators);
});
