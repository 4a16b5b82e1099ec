import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const FOLDERS = ["docs", "kratos", "courier-jsonnet", "examples", "deploy", "bench"].filter((folder) =>
  existsSync(folder),
);
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md") && !path.includes("node_modules"))
      .map((path) => join(folder, path)),
  ),
];
const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
const commands = [...readFileSync("src/cli/run.ts", "utf8").matchAll(/^ {2}"?([a-z-]+)"?: \{/gm)].map(
  ([, name]) => name,
);

/** Each link to another place of the repository: the page and the heading that it leads to. */
function linksOf(page: string): { link: string; path: string; anchor: string }[] {
  const text = readFileSync(page, "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link = ""]) => {
    const [path = "", anchor = ""] = link.split("#");
    return { link, path: path ? normalize(join(dirname(page), path)) : page, anchor };
  });
}

/** Headings as GitHub makes anchors of them. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("a page", () => {
  it.each(pages)("%s links to pages and headings that exist", (page) => {
    const broken = linksOf(page).filter(
      ({ path, anchor }) => !existsSync(path) || (anchor !== "" && !anchorsOf(path).includes(anchor)),
    );
    expect(broken.map(({ link }) => link)).toEqual([]);
  });

  it.each(pages)("%s names commands and scripts that exist", (page) => {
    const text = readFileSync(page, "utf8");
    const named = [...text.matchAll(/(?:kratos-sms-gateway|cli --|dist\/main\.js) ([a-z]+(?:-[a-z]+)*)\b(?![/:.])/g)];
    const known = [...commands, "help"];
    expect(named.map(([, name]) => name).filter((name) => !known.includes(name))).toEqual([]);
    const run = [...text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)].map(([, name = ""]) => name);
    expect(run.filter((name) => !(name in scripts) && !page.startsWith("examples/"))).toEqual([]);
  });
});

describe("from the README", () => {
  it("every page below docs/ can be reached by links", () => {
    const reached = new Set(["README.md"]);
    for (const page of reached)
      for (const { path } of linksOf(page)) if (path.endsWith(".md") && existsSync(path)) reached.add(path);
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });
});
