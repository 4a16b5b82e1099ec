import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { capture } from "./events.ts";
import { clipboard, createPageBench } from "./page-bench.ts";

const bench = createPageBench();
const rows = (page: Page) => page.locator("#list .row");
const focusedId = (page: Page) => page.evaluate<string | undefined>("document.activeElement.dataset.id");

test("by keyboard alone: search, walk the list, open, copy, and back to the same row", async () => {
  const page = await bench.open();
  const ids = ["111222", "333444", "555666"].map((code) => capture(bench.inbox.mailbox.tell, { code }).id);
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

test("keyboard shortcuts can be switched off, and the choice holds after a reload", async () => {
  const page = await bench.open();
  capture(bench.inbox.mailbox.tell, { code: "111222" });
  await rows(page).first().waitFor();
  await page.keyboard.press("?");
  await page.getByText("is:failed", { exact: true }).waitFor();
  await page.getByLabel("Keyboard shortcuts").uncheck();
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
  const ids = Array.from({ length: 40 }, () => capture(bench.inbox.mailbox.tell).id).reverse();
  const page = await bench.open({ viewport: { width: 375, height: 720 }, hasTouch: true });
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
  await page.goto(`${bench.inbox.url}/m/${ids[3]}`);
  await page.locator("#detail .head .code").waitFor();
  await page.getByRole("button", { name: "All messages" }).click();
  await page.locator("#list").waitFor();
});

test("a screen reader hears number and template, never the code", async () => {
  const page = await bench.open();
  await page.getByText("No message has come yet").waitFor();
  capture(bench.inbox.mailbox.tell, { code: "111222" });
  const heard = page.locator("[role=status].offscreen");
  await expect.poll(() => heard.textContent(), { timeout: 5_000 }).toContain("+1 202 555 0143: Login code");
  expect(await heard.textContent()).not.toContain("111222");
  expect(await page.title()).toBe("SMS inbox");
});
