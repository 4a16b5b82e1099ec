import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../helpers/browser.ts";
import { watchPages } from "../helpers/watched-page.ts";
import { decision, message, rawRequest } from "./events.ts";
import { HOSTILE_TEXTS } from "./hostile-texts.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";
import { standIn } from "./ui/stand-in.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Each text as it is, inside of a sentence, and behind a character that turns the rest around. */
const BODIES = HOSTILE_TEXTS.flatMap((text) => [
  text,
  `Your code is 123456 ${text} bye`,
  `\u202e${text}`,
  `${text}\n${text}`,
]).slice(0, 200);

/** A message that holds this text wherever it can. */
function arriveHostile({ mailbox: { tell } }: ServedInbox, text: string, index: number): void {
  const sms = message({ text, template: text, code: index % 2 ? text.slice(0, 40) : "" });
  tell({ type: "received", message: sms, request: { ...rawRequest(text), path: text, headers: { [text]: text } } });
  const candidates = [{ provider: text, plan: { incapable: text } }];
  const attempts = [{ provider: text, skipped: "incapable", detail: text } as const];
  const outcome = {
    name: "captured",
    messageId: sms.id,
    provider: text,
    reason: text,
    attempts: [...attempts],
  } as const;
  const hostile = { ...decision(sms), route: text, candidates };
  tell({
    type: "settled",
    tag: "aTag",
    message: sms,
    decision: hostile,
    outcome: { ...outcome, attempts: [...attempts] },
    durationMs: 1,
  });
  tell({ type: "refused", outcome: "invalid", status: 400, reason: text, request: rawRequest(text) });
}

/** Opens every message and looks at each of its sides; answers the texts of the phone. */
const VISIT = `(async () => {
  const shown = [];
  const painted = () => new Promise((resolve) => setTimeout(resolve, 0));
  for (const link of document.querySelectorAll("#list a.open")) {
    link.click();
    const id = link.dataset.id;
    while (document.querySelector("#panel")?.dataset.id !== id) await painted();
    document.getElementById("tab-Overview").click();
    await painted();
    shown.push(document.querySelector(".bubble").textContent);
    for (const tab of ["Request", "Headers", "JSON", "Attempts", "API"]) {
      document.getElementById("tab-" + tab).click();
      await painted();
    }
  }
  return shown;
})()`;

test("200 hostile bodies stay text on every side of the message: no dialog, no script, no breach of the policy", async () => {
  expect(BODIES.length).toBe(200);
  const inbox = await serveInbox();
  const watch = watchPages(browser);
  BODIES.forEach((text, index) => {
    arriveHostile(inbox, text, index);
  });
  const page = await watch.open(inbox.url, {}, standIn);
  await expect.poll(() => page.locator("#list a.open").count()).toBe(200);
  const shown = await page.evaluate<string[]>(VISIT);
  await page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
  expect(
    await page.locator("img, iframe, svg:not(.icon), object, embed, form, style, base, body script, body link").count(),
  ).toBe(0);
  const plain = BODIES.filter((text) => /^[\x20-\x7e]+$/.test(text)).reverse();
  expect(shown.filter((text) => plain.includes(text))).toEqual(plain);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
  await watch.close();
  await inbox.close();
  expect(watch.complaints()).toEqual([]);
}, 60_000);
