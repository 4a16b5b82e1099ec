import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, stringify } from "yaml";
import { loadConfiguration } from "../../src/config/load.ts";
import { commandsPage } from "./commands-page.ts";
import { configurationPage, rows, sections } from "./configuration-page.ts";
import { EXAMPLES } from "./examples.ts";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
/** A value for each variable that the examples name. */
const ENVIRONMENT = {
  GATEWAY_SECRET: "the-secret",
  INBOX_TOKEN: "the-token",
  GATEWAY_API_KEY: "the-key",
  ADMIN_API_KEY: "the-admin-key",
  TWILIO_ACCOUNT_SID: "AC0",
  TWILIO_AUTH_TOKEN: "the-twilio-token",
  PLIVO_AUTH_ID: "MA0",
  PLIVO_AUTH_TOKEN: "the-plivo-token",
  REDIS_URL: "rediss://redis.internal:6379",
};
/** What live mode demands, and what sections need of each other. */
const NEEDED = ["mode", "secret", "auth", "providers", "destinations"];

describe("docs/configuration.md", () => {
  it("is what the schema says; else: npm run docs:configuration", () => {
    hold("docs/configuration.md", configurationPage());
  });

  it("says of every key in one sentence what it means", () => {
    expect(rows.length).toBeGreaterThan(90);
    const said = rows.flatMap(({ path, says, under }) => [
      [path, says] as const,
      ...(under ? [[path, under.says] as const] : []),
    ]);
    expect(said.filter(([, says]) => !says || !/^\S.*\.$/.test(says)).map(([path]) => path)).toEqual([]);
  });

  it("names every variable that the gateway reads", () => {
    const sources = ["src/config", "src/cli"].flatMap((folder) =>
      readdirSync(folder).map((name) => join(folder, name)),
    );
    const read = sources.flatMap((path) => [...readFileSync(path, "utf8").matchAll(/environment\["([A-Z_]+)"\]/g)]);
    const page = configurationPage();
    expect(read.length).toBeGreaterThan(5);
    expect(read.map(([, name]) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("docs/commands.md", () => {
  it("is what --help prints; else: npm run docs:configuration", async () => {
    hold("docs/commands.md", await commandsPage());
  });

  it("has every flag that a usage line names, with what it is for", async () => {
    const pages = (await commandsPage()).split("\n## ").slice(1);
    expect(pages.length).toBeGreaterThan(14);
    for (const page of pages) {
      const usage = page.split("\n").find((line) => line.startsWith("kratos-sms-gateway")) ?? "";
      const named = [...usage.matchAll(/--([a-z0-9]+)/g)].map(([, flag]) => flag);
      const explained = [...page.matchAll(/^ {2}--([a-z0-9]+) +[A-Z].*[.…]$/gm)].map(([, flag]) => flag);
      expect(explained.sort(), usage).toEqual(named.sort());
    }
  });
});

describe("an example of a section", () => {
  it("is there for each that has an effect", () => {
    expect(Object.keys(EXAMPLES)).toEqual(sections.filter((name) => name !== "publicUrl"));
  });

  it.each(Object.keys(EXAMPLES))("%s: is taken by the loader", (section) => {
    const names = [...new Set([...NEEDED, section])];
    expect(load(Object.assign({}, ...names.map((name) => parse(EXAMPLES[name] ?? ""))))).toEqual([]);
  });

  it("is taken beside all others", () => {
    expect(load(Object.assign({}, ...Object.values(EXAMPLES).map((text) => parse(text))))).toEqual([]);
  });
});

/** The page as it stands in the repository; written anew when that is what was asked for. */
function hold(path: string, page: string): void {
  if (process.env["REFERENCE"] === "write") writeFileSync(path, page);
  expect(readFileSync(path, "utf8")).toBe(page);
}

/** What the real loader says against these values. */
function load(values: object): string[] {
  const folder = mkdtempSync(join(tmpdir(), "reference-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const yaml = stringify(values)
    .replace("/run/secrets/old-key", write("old-key", "the-old-key"))
    .replace("/etc/ssl/redis-ca.pem", write("ca.pem", CERTIFICATE));
  const loaded = loadConfiguration({ ...ENVIRONMENT, GATEWAY_CONFIG: write("gateway.yaml", yaml) });
  return "problems" in loaded ? loaded.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}
