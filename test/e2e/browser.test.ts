import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../helpers/browser.ts";
import { type ComposeStack, missingPrograms, startComposeStack } from "./compose-stack.ts";

/** The welcome page has this link for people that Kratos knows the session of. */
const SIGN_OUT = "a[href*='/self-service/logout']";

const missing = missingPrograms.join(", ");
if (missing) console.warn(`browser tests NOT RUN: this machine lacks ${missing}`);

describe.skipIf(missing)(`docker-compose.yml's services${missing && ` (NOT RUN: no ${missing})`}`, () => {
  let stack: ComposeStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startComposeStack();
    browser = await launchBrowser();
  }, 120_000);
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  it.each(["gateway", "kratos", "ui", "postgres"])("are healthy by their own checks: %s", async (service) => {
    expect(await stack.checkHealth(service)).toBe(0);
  });

  it("let a person sign up with the code from the inbox", async () => {
    const page = await openPage();
    await signUp(page, "+4915735990131");
    await page.goto(`${stack.uiUrl}/settings`);
    expect(await page.locator("input[name='traits.phone']").inputValue()).toBe("+4915735990131");
  });

  it("let a person sign out, and in again by phone", async () => {
    const page = await openPage();
    await signUp(page, "+4915735990132");
    await page.locator(SIGN_OUT).first().click();
    await page.locator(SIGN_OUT).first().waitFor({ state: "detached" });
    expect(await isSignedIn(page)).toBe(false);

    await page.goto(`${stack.uiUrl}/login`);
    await proveNumber(page, "identifier", "+4915735990132");
    await page.waitForURL(/\/welcome\b/);
    expect(await isSignedIn(page)).toBe(true);
  });

  it("let a person who is nowhere signed in recover the account", async () => {
    await signUp(await openPage(), "+4915735990133");
    const page = await openPage();
    await page.goto(`${stack.uiUrl}/recovery`);
    await proveNumber(page, "recovery_address", "+4915735990133");
    await page.waitForURL(/\/settings\b/);
    expect(await page.locator("input[name='traits.phone']").inputValue()).toBe("+4915735990133");
  });

  it("show the code in the inbox, opened once with its token", async () => {
    await signUp(await openPage(), "+4915735990134");
    const page = await openPage();
    expect((await page.goto(stack.inboxUrl))?.status()).toBe(401);
    await page.goto(`${stack.inboxUrl}/?token=${stack.inboxToken}`);
    await page.getByText("+4915735990134").first().waitFor();
    expect(page.url()).not.toContain("token");
  });

  const openPage = async () => (await browser.newContext()).newPage();

  async function signUp(page: Page, phone: string): Promise<void> {
    await page.goto(`${stack.uiUrl}/registration`);
    await proveNumber(page, "traits.phone", phone);
    await page.waitForURL(/\/welcome\b/);
    expect(await isSignedIn(page)).toBe(true);
  }

  /** Fills in the number, awaits its code, and fills that in. */
  async function proveNumber(page: Page, field: string, phone: string): Promise<void> {
    const submit = page.locator("button[name=method][value=code]");
    const cursor = String((await askInbox("/api/cursor"))["cursor"]);
    await page.locator(`input[name='${field}']`).fill(phone);
    await submit.click();
    const { code } = await askInbox(
      `/api/codes/wait?${new URLSearchParams({ to: phone, since: cursor, timeout: "20" })}`,
    );
    await page.locator("input[name=code]").fill(String(code));
    await submit.click();
  }

  async function askInbox(path: string): Promise<Record<string, unknown>> {
    const answer = await fetch(`${stack.inboxUrl}${path}`, {
      headers: { authorization: `Bearer ${stack.inboxToken}` },
    });
    if (answer.status !== 200) throw new Error(`the inbox answered ${answer.status} to ${path}`);
    return (await answer.json()) as Record<string, unknown>;
  }

  async function isSignedIn(page: Page): Promise<boolean> {
    await page.goto(`${stack.uiUrl}/welcome`);
    return (await page.locator(SIGN_OUT).count()) > 0;
  }
});
