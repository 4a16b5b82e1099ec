import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { countSegments } from "../../src/sms/segments.ts";
import { loadCatalog } from "../../src/templates/load.ts";
import { renderText } from "../../src/templates/render.ts";
import { loginMessage } from "../helpers/messages.ts";

const directory = mkdtempSync(join(tmpdir(), "templates-"));
afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 2 }));

function loadFrom(files: Record<string, string>) {
  const own = mkdtempSync(join(tmpdir(), "templates-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  const loaded = loadCatalog({ use: { dir: own } }, "/");
  rmSync(own, { recursive: true });
  return loaded;
}

function render(text: string, changes: Parameters<typeof loginMessage>[0] = {}): string {
  const { catalog, problems } = loadFrom({ "login_code_valid.txt": text });
  expect(problems).toEqual([]);
  return renderText(catalog, loginMessage(changes));
}

describe("renderText", () => {
  it("sends Kratos' text as it came by default", () => {
    const { catalog } = loadCatalog({ use: "kratos" }, "/");
    expect(renderText(catalog, loginMessage())).toBe(loginMessage().text);
  });

  it.each<[sentence: string, text: string, changes: Parameters<typeof loginMessage>[0], expected: string]>([
    ["fills in the code", "ACME: {code}\n", {}, "ACME: 482913"],
    [
      "fills in the minutes by plural",
      "{code}, {minutes, plural, one {# minute} other {# minutes}}",
      {},
      "482913, 10 minutes",
    ],
    [
      "says nothing of minutes that Kratos did not tell",
      "{code}{minutes, plural, =0 {} other { for # min}}",
      { lifespanMs: 0 },
      "482913",
    ],
    ["fills in the domain", "{domain}: {code}", { domain: "acme.example" }, "acme.example: 482913"],
    [
      "keeps the autofill line last",
      "ACME: {code}",
      { text: "Your code is: 482913\n\n@acme.example #482913" },
      "ACME: 482913\n\n@acme.example #482913",
    ],
    [
      "adds no second autofill line",
      "ACME: {code}\n@own.example #{code}",
      { text: "482913\n\n@acme.example #482913" },
      "ACME: 482913\n@own.example #482913",
    ],
    [
      "keeps an autofill line that names the embedded page, too",
      "ACME: {code}",
      { text: "482913\n\n@acme.example #482913 @pay.example" },
      "ACME: 482913\n\n@acme.example #482913 @pay.example",
    ],
    [
      "keeps one in Apple's spelling, and one with an empty line or a blank behind it",
      "ACME: {code}",
      { text: "482913\r\n\r\n@acme.example #482913 %pay.example \r\n" },
      "ACME: 482913\n\n@acme.example #482913 %pay.example",
    ],
    [
      "adds no second one to an own line that names the embedded page",
      "ACME: {code}\n@own.example #{code} @pay.example",
      { text: "482913\n\n@acme.example #482913" },
      "ACME: 482913\n@own.example #482913 @pay.example",
    ],
    [
      "keeps no line of a Kratos that knows no host: no page can use it",
      "ACME: {code}",
      { text: "482913\n\n@ #482913" },
      "ACME: 482913",
    ],
    ["leaves angle brackets alone", "<#> {code}", {}, "<#> 482913"],
    [
      "leaves another template's text alone",
      "ACME: {code}",
      { template: "recovery_code_valid", text: "as it came" },
      "as it came",
    ],
    [
      "keeps the text that came when there is no code to fill in",
      "ACME: {code}",
      { code: undefined, text: "as it came" },
      "as it came",
    ],
  ])("%s", (_, text, changes, expected) => {
    expect(render(text, changes)).toBe(expected);
  });

  it("gives a notice without a code the team's own words", () => {
    const { catalog } = loadFrom({ "verifiable_address_changed.txt": "Your number was changed." });
    const notice = loginMessage({ template: "verifiable_address_changed", text: "as it came", code: undefined });
    expect(renderText(catalog, notice)).toBe("Your number was changed.");
  });

  it("fits every text of ours in one segment, autofill line and all", () => {
    const { catalog, problems } = loadCatalog({ use: "builtin" }, "/");
    expect(problems).toEqual([]);
    expect(catalog.size).toBe(4);
    for (const template of catalog.keys()) {
      const text = renderText(catalog, loginMessage({ template, text: "x\n\n@login.acme-example.com #482913" }));
      expect(text).toContain("482913");
      expect(countSegments(text)).toEqual({ encoding: "GSM-7", count: 1 });
    }
  });
});

describe("loadCatalog", () => {
  it.each<[problem: string, file: string, text: string]>([
    ["{cod}", "login_code_valid.txt", "Your code is {cod}"],
    ["ICU MessageFormat", "login_code_valid.txt", "Your code is {code"],
    ["no {code}", "login_code_valid.txt", "Hello!"],
    ["is empty", "verifiable_address_changed.txt", " \n"],
    ["{name}", "login_code_valid.txt", "{code} {minutes, plural, one {{name}} other {#}}"],
  ])("tells of %s with the file's name", (problem, file, text) => {
    const { problems } = loadFrom({ [file]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.place).toContain(file);
    expect(problems[0]?.problem).toContain(problem);
  });

  it("tells of every wrong text at once", () => {
    expect(loadFrom({ "login_code_valid.txt": "{", "recovery_code_valid.txt": "}{" }).problems).toHaveLength(2);
  });

  it("tells of a directory that is not there, and of one without texts", () => {
    expect(loadCatalog({ use: { dir: "nowhere" } }, directory).problems[0]?.problem).toBe("cannot be read");
    expect(loadFrom({}).problems[0]?.problem).toContain("holds no");
  });
});
