import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

/** Rooms that may import from every other one. */
const FREE = ["cli"];

const rooms = readdirSync("src", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What the linter says, by our rules, about a file with this content in the given room; written in a tree of its own. */
function lint(room: string, content: string): string {
  const tree = mkdtempSync(join(tmpdir(), "lint-"));
  onTestFinished(() => rmSync(tree, { recursive: true }));
  const rules = { ...JSON.parse(readFileSync("biome.json", "utf8")), vcs: { enabled: false } };
  writeFileSync(join(tree, "biome.json"), JSON.stringify(rules));
  mkdirSync(join(tree, "src", room), { recursive: true });
  writeFileSync(join(tree, "src", room, "planted.ts"), content);
  const biome = resolve("node_modules/.bin/biome");
  const { stdout, stderr } = spawnSync(biome, ["lint", "--colors=off"], { cwd: tree, encoding: "utf8" });
  return stdout + stderr;
}

describe("the linter", () => {
  it("has an arrow row for every room", () => {
    const { overrides } = JSON.parse(readFileSync("biome.json", "utf8")) as { overrides: { includes: string[] }[] };
    const restricted = overrides.flatMap(({ includes }) => includes);
    for (const room of rooms.filter((name) => !FREE.includes(name))) expect(restricted).toContain(`src/${room}/**`);
  });

  it.each<[mistake: string, room: string, content: string, rule: string]>([
    [
      "an import against the arrows",
      "sms",
      'import { a } from "../kratos/a.ts";\nexport const b = a;\n',
      "noRestrictedImports",
    ],
    [
      "a provider that knows a route",
      "providers",
      'import { a } from "../routing/match.ts";\nexport const b = a;\n',
      "noRestrictedImports",
    ],
    [
      "a promise that nobody awaits",
      "sms",
      "export async function a() {}\nexport function b() {\n  a();\n}\n",
      "noFloatingPromises",
    ],
    [
      "a switch that forgets a case",
      "sms",
      'export function a(x: "b" | "c") {\n  switch (x) {\n    case "b":\n      return 1;\n  }\n}\n',
      "useExhaustiveSwitchCases",
    ],
  ])("finds %s", (_, room, content, rule) => {
    expect(lint(room, content)).toContain(rule);
  });
});

describe("docs/architecture.md", () => {
  const page = readFileSync("docs/architecture.md", "utf8");

  it("draws exactly the arrows that the linter lets pass", () => {
    expect(drawnArrows(page)).toEqual(permittedArrows());
    expect(permittedArrows().length).toBeGreaterThan(15);
  });

  it("names rooms and files that exist, and every room", () => {
    const named = [...page.matchAll(/`([a-z/-]+\/)`|\b((?:[a-z-]+\/)+[a-z-]+\.ts)\b/g)].map(
      ([, room, file]) => room ?? file,
    );
    expect(named.filter((path) => !existsSync(join("src", path ?? "")))).toEqual([]);
    for (const room of rooms) expect(named).toContain(`${room}/`);
  });
});

/** Rooms that every room but `values` may import from: nobody draws them. */
const EVERYBODYS = ["values", "sms"];

/** Such as `guard > store`, from the rows of the linter; rooms within a room are the room's own matter. */
function permittedArrows(): string[] {
  const { overrides } = JSON.parse(readFileSync("biome.json", "utf8")) as { overrides: object[] };
  return overrides
    .flatMap((override) => {
      const text = JSON.stringify(override);
      const [, room = ""] = /"src\/([a-z]+)\/\*\*"/.exec(text) ?? [];
      const targets = [...text.matchAll(/"!\.\.\/([a-z]+)\//g)].map(([, target = ""]) => target);
      return targets.filter((target) => !EVERYBODYS.includes(target)).map((target) => `${room} > ${target}`);
    })
    .sort();
}

function drawnArrows(page: string): string[] {
  const [, drawing = ""] = /```mermaid\nflowchart TD\n([\s\S]*?)```/.exec(page) ?? [];
  return [...drawing.matchAll(/^ {2}(\w+) --> (.+)$/gm)]
    .flatMap(([, room, targets = ""]) => targets.split(" & ").map((target) => `${room} > ${target}`))
    .sort();
}

describe("effects", () => {
  const EFFECTS =
    /\bDate\.now\b|\bMath\.random\b|\bset(Timeout|Interval)\b|\bprocess\.env\b|\bnew Date\(\)|performance\.now/;
  const HOLDERS = ["src/values/clock.ts", "src/main.ts", "src/inbox/ui/browser.ts"];

  it("are handed in: nothing but the clock (the page's is its browser.ts) reads time, nothing but main the environment", () => {
    const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
      .map((path) => join("src", path))
      .filter((path) => /\.tsx?$/.test(path) && !HOLDERS.includes(path));
    expect(sources.filter((path) => EFFECTS.test(readFileSync(path, "utf8")))).toEqual([]);
  });
});

describe("the inbox's page", () => {
  it("runs in a browser: it takes nothing but types from outside its folder", () => {
    const sources = readdirSync("src/inbox/ui").filter((name) => /\.tsx?$/.test(name));
    const imports = sources.flatMap((name) => [
      ...readFileSync(join("src/inbox/ui", name), "utf8").matchAll(/^(import|export)\b[^"();]*"[^"]+";/gm),
    ]);
    const taken = imports.map(([text]) => text).filter((text) => !text.startsWith("import type"));
    const allowed = /from "(\.\/[a-z-]+\.tsx?|preact(\/hooks)?|@preact\/signals)";$/;
    expect(imports.length).toBeGreaterThan(50);
    expect(taken.filter((text) => !allowed.test(text))).toEqual([]);
  });
});
