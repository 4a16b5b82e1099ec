import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "../helpers/browser.ts";
import { arrive, capture, decision, message, rawRequest, settle } from "./events.ts";
import { HOSTILE_TEXTS } from "./hostile-texts.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";

let browser: Browser;
let inbox: ServedInbox;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  inbox = await serveInbox();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await inbox.close();
  expect(complaints.splice(0)).toEqual([]);
});

/** The page, watched: any dialog, script error, console error or breach of its policy fails the test. */
async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  if (options.javaScriptEnabled !== false)
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: inbox.url });
  const page = await context.newPage();
  page.on("dialog", (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => complaints.push(`error ${error.message}`));
  page.on("console", (line) => {
    if (line.type() !== "log") complaints.push(`console ${line.text()}`);
    if (line.text() === "HACKED") complaints.push("a script of a message ran");
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(inbox.url) && !request.url().startsWith("data:"))
      complaints.push(`asked ${request.url()}`);
  });
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.sample))",
  );
  await page.goto(inbox.url);
  if (options.javaScriptEnabled !== false) await page.locator("#state.ok").waitFor();
  return page;
}

/** Milliseconds in the page's own time from now until a code's row is there. */
function untilShown(page: Page, code: string): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const start = performance.now();
    const look = () => document.querySelector('[data-code="${code}"]') ? resolve(performance.now() - start) : setTimeout(look, 5);
    look();
  })`);
}

test("a message appears within 300 ms of its end, without a reload, and the set-up guide leaves", async () => {
  const page = await openPage();
  expect(await page.locator("#guide").isVisible()).toBe(true);
  await page.evaluate("window.sameDocument = true");
  for (let round = 0; round < 5; round += 1) {
    const code = `10020${round}`;
    const shown = untilShown(page, code);
    capture(inbox.mailbox.tell, { code });
    expect(await shown).toBeLessThan(300);
  }
  expect(await page.evaluate("window.sameDocument")).toBe(true);
  expect(await page.locator("#guide").isVisible()).toBe(false);
  const codes = await page.locator(".code").allTextContents();
  expect(codes).toEqual(["100204", "100203", "100202", "100201", "100200"]);
});

test("a pending message becomes its outcome in place, and an open part stays open", async () => {
  const page = await openPage();
  const sms = message();
  arrive(inbox.mailbox.tell, sms, '{"recipient":"+12025550143"}');
  await page.getByText("Raw request").click();
  await page.getByText('"recipient": "+12025550143"').waitFor();
  settle(inbox.mailbox.tell, sms);
  await page.locator(".outcome", { hasText: "captured" }).waitFor();
  await page.getByText('"recipient": "+12025550143"').waitFor();
  expect(await page.locator("#messages > li").count()).toBe(1);
});

test("the code is copied without its gap, by click, by key and by keyboard alone", async () => {
  const page = await openPage();
  capture(inbox.mailbox.tell, { code: "111222" });
  capture(inbox.mailbox.tell, { code: "333444" });
  const clipboard = () => page.evaluate("navigator.clipboard.readText()");
  await page.locator('[data-code="111222"]').click();
  await page.getByText("Copied").waitFor();
  expect(await clipboard()).toBe("111222");
  await page.locator("body").press("c");
  await expect.poll(clipboard).toBe("333444");
  await page.locator("#search").press("c");
  expect(await page.locator("#search").inputValue()).toBe("c");
  await page.locator("#search").fill("");
  await page.locator("#clear").focus();
  await page.keyboard.press("Tab");
  await page.evaluate("navigator.clipboard.writeText('')");
  await page.keyboard.press("Enter");
  await expect.poll(clipboard).toBe("333444");
});

test("says why this route, what was skipped, and shows the raw request", async () => {
  const page = await openPage();
  const sms = message();
  const { tell } = inbox.mailbox;
  arrive(tell, sms, '{"body":"Your login code is: 482913"}');
  const chosen = decision(sms, ["twilio-main"]);
  const candidates = [{ provider: "acme", plan: { incapable: "US is not among its countries" } }, ...chosen.candidates];
  const outcome = { name: "captured", messageId: sms.id, provider: "twilio-main", attempts: [] } as const;
  tell({
    type: "settled",
    message: sms,
    decision: { ...chosen, candidates },
    outcome: { ...outcome, attempts: [] },
    durationMs: 4,
  });
  await page.getByText("Why this route").click();
  await page.getByText("Route default").waitFor();
  expect(await page.locator(".steps li").allTextContents()).toEqual([
    "acme: skipped: US is not among its countries",
    "twilio-main as twilio-main-sender: not tried",
  ]);
});

test("search narrows the list, Clear empties it, a refused request is shown with its reason", async () => {
  const page = await openPage();
  capture(inbox.mailbox.tell, { code: "111222" });
  capture(inbox.mailbox.tell, { code: "333444", to: "+4915511234567" });
  await page.locator("#messages > li").nth(1).waitFor();
  await page.locator("body").press("/");
  await page.keyboard.type("to:+49");
  await expect.poll(() => page.locator("#messages > li").count()).toBe(1);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("to:0000");
  await page.getByText("No message matches the search.").waitFor();
  await page.locator("#search").fill("");
  await expect.poll(() => page.locator("#messages > li").count()).toBe(2);
  await page.locator("#clear").click();
  await page.getByText("No message has come yet").waitFor();
  inbox.mailbox.tell({
    type: "refused",
    outcome: "unauthorized",
    status: 401,
    reason: "no known API key",
    request: rawRequest(),
  });
  await page.getByText(/A request was turned away at .*401, no known API key/).waitFor();
});

test("a screen reader hears number and template, never the code", async () => {
  const page = await openPage();
  capture(inbox.mailbox.tell, { code: "111222" });
  await expect
    .poll(() => page.locator("#status").textContent(), { timeout: 5_000 })
    .toContain("+12025550143: Login code");
  expect(await page.locator("#status").textContent()).not.toContain("111222");
  expect(await page.title()).toBe("SMS inbox");
});

test("comes back after the gateway was away, with the list as it is now", async () => {
  const page = await openPage();
  const { port } = new URL(inbox.url);
  capture(inbox.mailbox.tell, { code: "111222" });
  await page.locator('[data-code="111222"]').waitFor();
  await inbox.close();
  await page.getByText("reconnecting").waitFor();
  inbox = await serveInbox({}, {}, Number(port));
  capture(inbox.mailbox.tell, { code: "333444" });
  await page.locator('[data-code="333444"]').waitFor();
  expect(await page.locator("#messages > li").count()).toBe(1);
  const connection = complaints.filter((complaint) => complaint.includes("net::ERR_"));
  expect(complaints.splice(0)).toEqual(connection);
});

test("without JavaScript the newest messages are a table", async () => {
  capture(inbox.mailbox.tell, { text: HOSTILE_TEXTS[0] ?? "" });
  const page = await openPage({ javaScriptEnabled: false });
  expect(await page.locator("td code").allTextContents()).toEqual(["482913"]);
});

test("hostile texts, templates, routes and requests stay text: no dialog, no script, no breach of the policy", async () => {
  const { tell } = inbox.mailbox;
  for (const [index, text] of HOSTILE_TEXTS.entries()) {
    const sms = message({ text, template: text, code: index % 2 ? text.slice(0, 40) : "" });
    tell({ type: "received", message: sms, request: { ...rawRequest(text), path: text, headers: { [text]: text } } });
    const candidates = [{ provider: text, plan: { incapable: text } }];
    const attempts = [{ provider: text, skipped: "incapable", detail: text } as const];
    const outcome = { name: "captured", messageId: sms.id, provider: text, reason: text, attempts } as const;
    const hostile = { ...decision(sms), route: text, candidates };
    tell({
      type: "settled",
      message: sms,
      decision: hostile,
      outcome: { ...outcome, attempts: [...attempts] },
      durationMs: 1,
    });
    tell({ type: "refused", outcome: "invalid", status: 400, reason: text, request: rawRequest(text) });
  }
  const page = await openPage();
  expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(50);
  await expect.poll(() => page.locator("#messages > li").count()).toBe(HOSTILE_TEXTS.length);
  await page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
  await expect.poll(() => page.locator(".part > *").count()).toBeGreaterThanOrEqual(HOSTILE_TEXTS.length * 2);
  expect(await page.locator("img, iframe, svg, object, embed, form, style, base, main script, main link").count()).toBe(
    0,
  );
  const shown = await page.locator(".text").allTextContents();
  expect(shown.reverse().map(whole)).toEqual(HOSTILE_TEXTS.map(whole));
  expect(await overflow(page)).toBe(0);
});

/** Half a character comes back from the browser as a replacement. */
function whole(text: string): string {
  return Buffer.from(text).toString();
}

describe.each([1280, 375])("at %d pixels", (width) => {
  test.each(["light", "dark"] as const)("%s, empty or full, nothing sticks out to the side", async (colorScheme) => {
    const page = await openPage({ viewport: { width, height: 720 }, colorScheme });
    expect(await overflow(page)).toBe(0);
    const long = "x".repeat(300);
    capture(inbox.mailbox.tell, { text: `https://example.com/${long}`, code: long.slice(0, 30), template: long });
    capture(inbox.mailbox.tell, { text: "קוד הכניסה שלך הוא 482913", to: "+972501234567", country: "IL" });
    inbox.mailbox.tell({ type: "refused", outcome: "invalid", status: 400, reason: long, request: rawRequest(long) });
    await page.locator("#messages > li").nth(1).waitFor();
    await page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
    await expect.poll(() => page.locator(".part > *").count()).toBeGreaterThanOrEqual(4);
    expect(await overflow(page)).toBe(0);
  });
});

async function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
