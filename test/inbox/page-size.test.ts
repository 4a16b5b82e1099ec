import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { serveInbox } from "./serving.ts";

/** What a file weighs on the wire, in bytes. */
function gzipped(ending: string): number {
  const names = readdirSync("dist/inbox/ui").filter((name) => name.endsWith(ending));
  return names.reduce((sum, name) => sum + gzipSync(readFileSync(`dist/inbox/ui/${name}`), { level: 9 }).length, 0);
}

it("the page stays small: 25 kB of script and 8 kB of style, compressed", () => {
  expect(gzipped(".js")).toBeGreaterThan(5_000);
  expect(gzipped(".js")).toBeLessThanOrEqual(25_000);
  expect(gzipped(".css")).toBeGreaterThan(1_000);
  expect(gzipped(".css")).toBeLessThanOrEqual(8_000);
});

it("the document holds no script, no style and no address of its own", async () => {
  const inbox = await serveInbox();
  const document = await (await fetch(`${inbox.url}/m/msg_1`)).text();
  await inbox.close();
  expect(document.match(/<script\b[^>]*>/g)).toEqual([
    '<script src="/theme.js">',
    '<script type="module" src="/page.js">',
  ]);
  expect(document).not.toMatch(/<style|\son\w+=|\sstyle=/);
  expect(document.match(/(src|href)="(?!\/|data:)[^"]*"/g)).toBeNull();
});
