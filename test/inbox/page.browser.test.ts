import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { arrive, capture, decision, message, rawRequest, settle } from "./events.ts";
import { clipboard, createPageBench } from "./page-bench.ts";
import { serveInbox } from "./serving.ts";
import { FULL_DETAIL, fullStatus, standIn } from "./ui/stand-in.ts";

const bench = createPageBench();
const rows = (page: Page) => page.locator("#list .row");

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
  const page = await bench.open();
  await page.getByText("No message has come yet").waitFor();
  await page.evaluate("window.sameDocument = true");
  for (let round = 0; round < 5; round += 1) {
    const code = `10020${round}`;
    const shown = untilShown(page, code);
    capture(bench.inbox.mailbox.tell, { code });
    expect(await shown).toBeLessThan(300);
  }
  expect(await page.evaluate("window.sameDocument")).toBe(true);
  expect(await page.getByText("No message has come yet").count()).toBe(0);
  const codes = await page.locator("#list .code").allTextContents();
  expect(codes).toEqual(["100204", "100203", "100202", "100201", "100200"]);
  expect(await page.locator("#list s.code").count()).toBe(4);
});

test("with 500 messages there, the next one still appears within 300 ms", async () => {
  const { tell } = bench.inbox.mailbox;
  for (let row = 0; row < 500; row += 1) capture(tell);
  const page = await bench.open();
  await rows(page).nth(499).waitFor();
  for (let round = 0; round < 3; round += 1) {
    const shown = untilShown(page, `20020${round}`);
    capture(tell, { code: `20020${round}` });
    expect(await shown).toBeLessThan(300);
  }
  expect(await rows(page).count()).toBe(500);
});

test("a pending message becomes its outcome in place, in the list and beside it", async () => {
  const page = await bench.open();
  const sms = message();
  arrive(bench.inbox.mailbox.tell, sms);
  await page.locator("#list .outcome", { hasText: "pending" }).waitFor();
  await page.getByText("No answer yet.").waitFor();
  settle(bench.inbox.mailbox.tell, sms);
  await page.locator("#list .outcome", { hasText: "captured" }).waitFor();
  await page.getByText("Kratos was answered 200, captured").waitFor();
  expect(await rows(page).count()).toBe(1);
});

test("the code is copied without its gap: from the list, from the detail, by key", async () => {
  const page = await bench.open();
  capture(bench.inbox.mailbox.tell, { code: "111222" });
  capture(bench.inbox.mailbox.tell, { code: "333444" });
  await rows(page).nth(1).getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => clipboard(page)).toBe("111222");
  await page.locator("#detail").getByRole("button", { name: "Copy code" }).first().click();
  await expect.poll(() => clipboard(page)).toBe("333444");
  await page.evaluate("navigator.clipboard.writeText('')");
  await page.locator("body").press("c");
  await expect.poll(() => clipboard(page)).toBe("333444");
  await page.getByText("Code copied").waitFor();
});

test("an older code says that a newer one came, and that it may have ended, wherever it is copied", async () => {
  const page = await bench.open();
  const { id } = capture(bench.inbox.mailbox.tell, { code: "111222" });
  capture(bench.inbox.mailbox.tell, { code: "333444" });
  await page.locator(`a.open[data-id="${id}"]`).click();
  const head = page.locator("#detail .head");
  await head.getByText(/superseded: a newer code went to this number/).waitFor();
  await head.getByText("the inbox keeps it, nothing was sent").waitFor();
  await head.getByRole("button", { name: "Copy older code" }).click();
  await page.getByText("Older code copied").waitFor();
  expect(await clipboard(page)).toBe("111222");
  await rows(page).nth(1).getByRole("button", { name: "Copy older code" }).waitFor();
  await rows(page).nth(0).getByRole("button", { name: "Copy code" }).waitFor();
});

test("says why this route and everything else that the gateway knows of a message", async () => {
  const { tell } = bench.inbox.mailbox;
  const sms = message();
  arrive(tell, sms, '{"body":"Your login code is: 482913"}');
  const chosen = decision(sms, ["twilio-main"]);
  const candidates = [{ provider: "acme", plan: { incapable: "US is not among its countries" } }, ...chosen.candidates];
  const outcome = { name: "captured", messageId: sms.id, provider: "twilio-main", attempts: [] } as const;
  tell({
    type: "settled",
    tag: "aTag",
    message: sms,
    decision: { ...chosen, candidates },
    outcome: { ...outcome, attempts: [] },
    durationMs: 4,
  });
  const page = await bench.open({}, "/", (fresh) => standIn(fresh, fullStatus(), FULL_DETAIL));
  await page.getByText("acme is skipped: US is not among its countries.").waitFor();
  await page.getByText("6 of 5 to this number in 10 min: over the limit, which is only counted here.").waitFor();
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
  const page = await bench.open();
  capture(bench.inbox.mailbox.tell, { code: "111222" });
  capture(bench.inbox.mailbox.tell, { code: "333444", to: "+4915511234567" });
  await page.getByRole("button", { name: "+4915511234567" }).click();
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.locator("#search").fill("is:nonsense");
  await page.getByRole("alert").getByText("is: knows").waitFor();
  expect(bench.complaints()).toEqual([expect.stringContaining("400 (Bad Request)")]);
  await page.locator("#search").fill("to:0000");
  await page.getByText("No message matches the search.").waitFor();
  await page.getByRole("button", { name: "+4915511234567" }).click();
  await page.getByRole("button", { name: "Clear…" }).click();
  await page.getByText("This cannot be undone.").waitFor();
  await page.getByRole("button", { name: "Delete 1 message to +4915511234567" }).click();
  await page.getByText("1 deleted").waitFor();
  await page.getByRole("button", { name: "All 1" }).click();
  await page.keyboard.press("x");
  await page.getByText("No message has come yet").waitFor();
});

test("an address that is none of a message shows the list", async () => {
  capture(bench.inbox.mailbox.tell, { code: "111222" });
  const page = await bench.open({}, "/m/%E0%A4%A");
  await rows(page).first().waitFor();
  expect(await rows(page).count()).toBe(1);
});

test("a message that was not deleted stays open, and the page says why", async () => {
  const { id } = capture(bench.inbox.mailbox.tell, { code: "111222" });
  const page = await bench.open({}, `/m/${id}`);
  const problem = { status: 503, contentType: "application/problem+json", json: { detail: "Not just now." } };
  await page.route("**/api/messages/*", (route) =>
    route.request().method() === "DELETE" ? route.fulfill(problem) : route.fallback(),
  );
  await page.keyboard.press("x");
  await page.getByText("Not just now.").waitFor();
  expect(bench.complaints()).toEqual([expect.stringContaining("503 (Service Unavailable)")]);
  expect(await page.getByText("Message deleted").count()).toBe(0);
  expect(new URL(page.url()).pathname).toBe(`/m/${id}`);
  await page.unroute("**/api/messages/*");
  await page.keyboard.press("x");
  await page.getByText("Message deleted").waitFor();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
});

test("a request that was turned away is a red row with its reason, in the list and in the guide", async () => {
  const page = await bench.open();
  const refused = { type: "refused", outcome: "unauthorized", status: 401, reason: "no known API key" } as const;
  bench.inbox.mailbox.tell({ ...refused, request: rawRequest("secretless") });
  await page.getByText("Turned away: no known API key").click();
  await page.getByText("secretless").waitFor();
  capture(bench.inbox.mailbox.tell);
  await page.locator("#list .refusal", { hasText: "401 unauthorized" }).waitFor();
});

test("chaos is set in its panel and said in red on every view until it is turned off", async () => {
  const page = await bench.open();
  await page.getByRole("button", { name: "chaos off" }).click();
  await page.getByText("a restart forgets all").waitFor();
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
  const page = await bench.open();
  capture(bench.inbox.mailbox.tell);
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  const sms = message();
  arrive(bench.inbox.mailbox.tell, sms);
  await page.locator("#state", { hasText: "paused, 1 message held back" }).waitFor();
  expect(await rows(page).count()).toBe(1);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect.poll(() => rows(page).count()).toBe(2);
});

test("comes back after the gateway was away, with the list as it is now", async () => {
  const page = await bench.open();
  const { port } = new URL(bench.inbox.url);
  capture(bench.inbox.mailbox.tell, { code: "111222" });
  await rows(page).first().waitFor();
  await bench.inbox.close();
  await page.locator("#state", { hasText: "reconnecting" }).waitFor();
  bench.inbox = await serveInbox({}, {}, Number(port));
  capture(bench.inbox.mailbox.tell, { code: "333444" });
  await page.locator("#list .code", { hasText: "333444" }).waitFor();
  expect(await rows(page).count()).toBe(1);
  expect(bench.complaints().filter((complaint) => !complaint.includes("net::ERR_"))).toEqual([]);
});

test("without JavaScript the newest messages are a table", async () => {
  capture(bench.inbox.mailbox.tell, { text: "<script>alert(1)</script>" });
  const page = await bench.open({ javaScriptEnabled: false });
  expect(await page.locator("td code").allTextContents()).toEqual(["482913"]);
  expect(await page.locator(".stripe").textContent()).toContain("DEV MODE");
});
