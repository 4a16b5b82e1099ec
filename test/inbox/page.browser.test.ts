import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "../helpers/browser.ts";
import { type PageWatch, watchPages } from "../helpers/watched-page.ts";
import { arrive, capture, decision, message, rawRequest, settle } from "./events.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";
import { FULL_DETAIL, fullStatus, standIn } from "./ui/stand-in.ts";

let browser: Browser;
let inbox: ServedInbox;
let watch: PageWatch;

beforeAll(async () => {
  browser = await launchBrowser();
  watch = watchPages(browser);
});
afterAll(() => browser.close());
beforeEach(async () => {
  inbox = await serveInbox();
});
afterEach(async () => {
  await watch.close();
  await inbox.close();
  expect(watch.complaints()).toEqual([]);
});

function openPage(options: BrowserContextOptions = {}, path = "/"): Promise<Page> {
  return watch.open(inbox.url + path, options, standIn);
}

const rows = (page: Page) => page.locator("#list .row");
const clipboard = (page: Page) => page.evaluate<string>("navigator.clipboard.readText()");
const focusedId = (page: Page) => page.evaluate<string | undefined>("document.activeElement.dataset.id");

/** Milliseconds in the page's own time from now until a code's row is there. */
function untilShown(page: Page, code: string): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const start = performance.now();
    const look = () => [...document.querySelectorAll("#list .code")].some((shown) => shown.textContent === "${code}")
      ? resolve(performance.now() - start) : setTimeout(look, 5);
    look();
  })`);
}

test("a message appears within 300 ms of its end, without a reload, and the set-up guide leaves", async () => {
  const page = await openPage();
  await page.getByText("No message has come yet").waitFor();
  await page.evaluate("window.sameDocument = true");
  for (let round = 0; round < 5; round += 1) {
    const code = `10020${round}`;
    const shown = untilShown(page, code);
    capture(inbox.mailbox.tell, { code });
    expect(await shown).toBeLessThan(300);
  }
  expect(await page.evaluate("window.sameDocument")).toBe(true);
  expect(await page.getByText("No message has come yet").count()).toBe(0);
  const codes = await page.locator("#list .code").allTextContents();
  expect(codes).toEqual(["100204", "100203", "100202", "100201", "100200"]);
  expect(await page.locator("#list s.code").count()).toBe(4);
});

test("a pending message becomes its outcome in place, in the list and beside it", async () => {
  const page = await openPage();
  const sms = message();
  arrive(inbox.mailbox.tell, sms);
  await page.locator("#list .outcome", { hasText: "pending" }).waitFor();
  await page.getByText("No answer yet.").waitFor();
  settle(inbox.mailbox.tell, sms);
  await page.locator("#list .outcome", { hasText: "captured" }).waitFor();
  await page.getByText("Kratos was answered 200, captured").waitFor();
  expect(await rows(page).count()).toBe(1);
});

test("the code is copied without its gap: from the list, from the detail, by key", async () => {
  const page = await openPage();
  capture(inbox.mailbox.tell, { code: "111222" });
  capture(inbox.mailbox.tell, { code: "333444" });
  await rows(page).nth(1).getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => clipboard(page)).toBe("111222");
  await page.locator("#detail").getByRole("button", { name: "Copy code" }).first().click();
  await expect.poll(() => clipboard(page)).toBe("333444");
  await page.evaluate("navigator.clipboard.writeText('')");
  await page.locator("body").press("c");
  await expect.poll(() => clipboard(page)).toBe("333444");
  await page.getByText("Code copied").waitFor();
});

test("by keyboard alone: search, walk the list, open, copy, and back to the same row", async () => {
  const page = await openPage();
  const ids = ["111222", "333444", "555666"].map((code) => capture(inbox.mailbox.tell, { code }).id);
  await rows(page).nth(2).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("code:333");
  await expect.poll(() => rows(page).count()).toBe(1);
  expect(await page.locator("#search").inputValue()).toBe("code:333");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Escape");
  await expect.poll(() => rows(page).count()).toBe(3);
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("k");
  await page.keyboard.press("j");
  expect(await focusedId(page)).toBe(ids[1]);
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/m/${ids[1]}`);
  await page.keyboard.press("c");
  await expect.poll(() => clipboard(page)).toBe("333444");
  await page.keyboard.press("u");
  await expect.poll(() => clipboard(page)).toBe("+12025550143");
  await page.keyboard.press("Escape");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
  await expect.poll(() => focusedId(page)).toBe(ids[1]);
});

test("single keys can be switched off, and the choice holds after a reload", async () => {
  const page = await openPage();
  capture(inbox.mailbox.tell, { code: "111222" });
  await rows(page).first().waitFor();
  await page.keyboard.press("?");
  await page.getByLabel("Single keys do something").uncheck();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.evaluate("navigator.clipboard.writeText('untouched')");
  await page.keyboard.press("c");
  await page.keyboard.press("x");
  await page.reload();
  await rows(page).first().waitFor();
  await page.keyboard.press("x");
  await page.keyboard.press("?");
  expect(await rows(page).count()).toBe(1);
  expect(await page.locator("dialog").count()).toBe(0);
  expect(await clipboard(page)).toBe("untouched");
});

test("on a phone one pane shows: the address names the message, back returns to the row and its place", async () => {
  const ids = Array.from({ length: 40 }, () => capture(inbox.mailbox.tell).id).reverse();
  const page = await openPage({ viewport: { width: 375, height: 720 }, hasTouch: true });
  const link = page.locator(`a.open[data-id="${ids[30]}"]`);
  const place = () => link.evaluate((row) => row.getBoundingClientRect().top);
  await link.scrollIntoViewIfNeeded();
  const before = await place();
  await link.dispatchEvent("click");
  await page.locator("#detail .thumb button").click();
  await expect.poll(() => clipboard(page)).toBe("482913");
  expect(await page.locator("#list").isVisible()).toBe(false);
  expect(new URL(page.url()).pathname).toBe(`/m/${ids[30]}`);
  await page.goBack();
  await expect.poll(() => focusedId(page)).toBe(ids[30]);
  expect(Math.abs((await place()) - before)).toBeLessThan(5);
  await page.goto(`${inbox.url}/m/${ids[3]}`);
  await page.locator("#detail .head .code").waitFor();
  await page.getByRole("button", { name: "All messages" }).click();
  await page.locator("#list").waitFor();
});

test("says why this route and everything else that the gateway knows of a message", async () => {
  const { tell } = inbox.mailbox;
  const sms = message();
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
  const page = await watch.open(inbox.url, {}, (fresh) => standIn(fresh, fullStatus(), FULL_DETAIL));
  await page.getByText("acme is skipped: US is not among its countries.").waitFor();
  await page.getByText("Limit per number: 6 of 5 in 10 min: over the limit, which is only counted here.").waitFor();
  await page.getByText("85 used, 49 left of 67 each").waitFor();
  await page.getByText("Two blanks stand before the code.").waitFor();
  const sees: [tab: string, text: string][] = [
    ["Request", "412 bytes from 127.0.0.1"],
    ["Headers", "[masked]"],
    ["JSON", '"Your login code is: 482913"'],
    ["Attempts", "What twilio-main would get"],
    ["API", "code=$(npx kratos-sms-gateway wait --to +12025550143"],
  ];
  for (const [tab, text] of sees) {
    await page.getByRole("tab", { name: tab }).click();
    await page.getByRole("tabpanel").getByText(text).first().waitFor();
  }
});

test("a thread per number; a problem with the search is said; deleting asks first", async () => {
  const page = await openPage();
  capture(inbox.mailbox.tell, { code: "111222" });
  capture(inbox.mailbox.tell, { code: "333444", to: "+4915511234567" });
  await page.getByRole("button", { name: "+4915511234567" }).click();
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.locator("#search").fill("is:nonsense");
  await page.getByRole("alert").getByText("is: knows").waitFor();
  expect(watch.complaints()).toEqual([expect.stringContaining("400 (Bad Request)")]);
  await page.locator("#search").fill("to:0000");
  await page.getByText("No message matches the search.").waitFor();
  await page.getByRole("button", { name: "+4915511234567" }).click();
  await page.getByRole("button", { name: "Clear…" }).click();
  await page.getByRole("button", { name: "Delete 1 message to +4915511234567" }).click();
  await page.getByText("1 deleted").waitFor();
  await page.getByRole("button", { name: "All 1" }).click();
  await page.keyboard.press("x");
  await page.getByText("No message has come yet").waitFor();
});

test("a request that was turned away is a red row with its reason, in the list and in the guide", async () => {
  const page = await openPage();
  const refused = { type: "refused", outcome: "unauthorized", status: 401, reason: "no known API key" } as const;
  inbox.mailbox.tell({ ...refused, request: rawRequest("secretless") });
  await page.getByText("Turned away: no known API key").click();
  await page.getByText("secretless").waitFor();
  capture(inbox.mailbox.tell);
  await page.locator("#list .refusal", { hasText: "401 unauthorized" }).waitFor();
});

test("chaos is set in its panel and said in red on every view until it is turned off", async () => {
  const page = await openPage();
  await page.getByRole("button", { name: "chaos off" }).click();
  await page.getByRole("button", { name: "Add this fault" }).click();
  await page.getByText("Say what goes wrong").waitFor();
  await page.getByLabel("answer status").fill("503");
  await page.getByLabel("only the next").fill("3");
  await page.getByRole("button", { name: "Add this fault" }).click();
  await page.keyboard.press("Escape");
  const stripe = page.locator(".chaos-stripe");
  await stripe.getByText("the next 3 messages are answered 503").waitFor();
  await stripe.getByRole("button", { name: "Turn off" }).click();
  await stripe.waitFor({ state: "detached" });
});

test("paused, nothing moves and what comes is counted; going on shows it", async () => {
  const page = await openPage();
  capture(inbox.mailbox.tell);
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  const sms = message();
  arrive(inbox.mailbox.tell, sms);
  await page.locator("#state", { hasText: "paused, 1 message held back" }).waitFor();
  expect(await rows(page).count()).toBe(1);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect.poll(() => rows(page).count()).toBe(2);
});

test("a screen reader hears number and template, never the code", async () => {
  const page = await openPage();
  await page.getByText("No message has come yet").waitFor();
  capture(inbox.mailbox.tell, { code: "111222" });
  const heard = page.locator("[role=status].offscreen");
  await expect.poll(() => heard.textContent(), { timeout: 5_000 }).toContain("+1 202 555 0143: Login code");
  expect(await heard.textContent()).not.toContain("111222");
  expect(await page.title()).toBe("SMS inbox");
});

test("comes back after the gateway was away, with the list as it is now", async () => {
  const page = await openPage();
  const { port } = new URL(inbox.url);
  capture(inbox.mailbox.tell, { code: "111222" });
  await rows(page).first().waitFor();
  await inbox.close();
  await page.locator("#state", { hasText: "reconnecting" }).waitFor();
  inbox = await serveInbox({}, {}, Number(port));
  capture(inbox.mailbox.tell, { code: "333444" });
  await page.locator("#list .code", { hasText: "333444" }).waitFor();
  expect(await rows(page).count()).toBe(1);
  expect(watch.complaints().filter((complaint) => !complaint.includes("net::ERR_"))).toEqual([]);
});

test("without JavaScript the newest messages are a table", async () => {
  capture(inbox.mailbox.tell, { text: "<script>alert(1)</script>" });
  const page = await openPage({ javaScriptEnabled: false });
  expect(await page.locator("td code").allTextContents()).toEqual(["482913"]);
  expect(await page.locator(".stripe").textContent()).toContain("DEV MODE");
});
