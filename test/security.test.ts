import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync("SECURITY.md", "utf8");
const threats = [...page.matchAll(/^\| (T\d+) \|.*\| (.+) \|$/gm)].map(([, id = "", state = ""]) => ({ id, state }));

/** The tests that a cell names: each file with the words that follow it. */
function testsIn(state: string): { path: string; titles: string[] }[] {
  const parts = state.split(/`(test\/[^`]+)`/).slice(1);
  return parts.flatMap((path, index) =>
    index % 2 === 0
      ? [{ path, titles: [...(parts[index + 1] ?? "").matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title) }]
      : [],
  );
}

describe("SECURITY.md", () => {
  it("tells the state of every threat", () => {
    expect(threats.map(({ id }) => id)).toEqual(Array.from({ length: 31 }, (_, index) => `T${index + 1}`));
    for (const { state } of threats) expect(state).toMatch(/^(held|partly|open|nothing to hold)/);
  });

  it.each(threats)("$id names tests that exist, and one if it is held", ({ state }) => {
    const tests = testsIn(state);
    if (state.startsWith("held")) expect(tests).not.toEqual([]);
    for (const { path, titles } of tests) {
      expect(existsSync(path), path).toBe(true);
      const source = readFileSync(path, "utf8");
      expect(
        titles.filter((title) => !source.includes(title)),
        path,
      ).toEqual([]);
    }
  });

  it("links to pages that exist", () => {
    for (const [, link = ""] of page.matchAll(/\]\((?!http)([^)#]+)\)/g)) expect(existsSync(link), link).toBe(true);
  });
});
