import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../helpers/browser.ts";
import { watchPages } from "../helpers/watched-page.ts";
import { capture, rawRequest } from "./events.ts";
import { HOSTILE_TEXTS } from "./hostile-texts.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";
import { FULL_DETAIL, fullStatus, standIn } from "./ui/stand-in.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

interface Look {
  width: number;
  colorScheme: "light" | "dark";
}

const LOOKS: Look[] = [1280, 800, 375].flatMap((width) => [
  { width, colorScheme: "light" },
  { width, colorScheme: "dark" },
]);

interface State {
  fill?(inbox: ServedInbox): void;
  chaos?: boolean;
  reach?(page: Page, inbox: ServedInbox): Promise<void>;
}

const LONG = "x".repeat(300);

function fillSome({ mailbox: { tell } }: ServedInbox): void {
  capture(tell, { text: `https://example.com/${LONG}`, code: LONG.slice(0, 30), template: LONG });
  capture(tell, { text: "קוד הכניסה שלך הוא 482913", to: "+972501234567", country: "IL" });
  tell({ type: "refused", outcome: "invalid", status: 400, reason: LONG, request: rawRequest(LONG) });
  for (const expiresAt of [Date.now() + 30_000, Date.now() - 1]) capture(tell, { expiresAt, receivedAt: Date.now() });
}

async function openFirst(page: Page): Promise<void> {
  await page.locator("#list a.open").first().click();
  await page.locator("#panel").waitFor();
}

const tabState = (tab: string): State => ({
  fill: fillSome,
  async reach(page) {
    await openFirst(page);
    await page.getByRole("tab", { name: tab }).click();
  },
});

const dialogState = (button: RegExp | string, chaos = false): State => ({
  fill: fillSome,
  chaos,
  async reach(page) {
    await page.getByRole("button", { name: button }).filter({ visible: true }).first().click();
    await page.locator("dialog[open]").waitFor();
  },
});

const STATES: Record<string, State> = {
  empty: {},
  list: { fill: fillSome, reach: (page) => page.locator("#list a.open").first().waitFor() },
  ...Object.fromEntries(
    ["Overview", "Request", "Headers", "JSON", "Attempts", "API"].map((tab) => [`tab ${tab}`, tabState(tab)]),
  ),
  "dialog clear": dialogState("Clear…"),
  "dialog settings": dialogState("Settings and help"),
  "dialog chaos": dialogState(/^(chaos|Change)/, true),
  "chaos on": { fill: fillSome, chaos: true, reach: (page) => page.locator(".chaos-stripe").waitFor() },
  offline: {
    fill: fillSome,
    async reach(page, inbox) {
      await page.locator("#list a.open").first().waitFor();
      await inbox.close();
      await page.locator("#state", { hasText: "reconnecting" }).waitFor();
    },
  },
  "500 rows": {
    fill: ({ mailbox: { tell } }) => {
      for (let row = 0; row < 500; row += 1) capture(tell, { to: `+120255501${String(row % 100).padStart(2, "0")}` });
    },
    reach: (page) => page.locator("#list a.open").nth(499).waitFor(),
  },
  "hostile text": {
    fill: ({ mailbox: { tell } }) => {
      for (const text of HOSTILE_TEXTS) capture(tell, { text, template: text, code: text.slice(0, 40) });
    },
    reach: openFirst,
  },
};

/** With PAGE_GRID=all (npm run test:all) every state in every look; else each state once, by turns large and light or small and dark. */
const whole = process.env["PAGE_GRID"] === "all";
const CASES = LOOKS.map((look, index) => {
  const turn = [0, 5].indexOf(index);
  return { ...look, states: Object.entries(STATES).filter((_, place) => whole || (turn >= 0 && place % 2 === turn)) };
});

describe.each(CASES.filter(({ states }) => states.length > 0))(
  "at $width pixels, $colorScheme",
  ({ width, colorScheme, states }) => {
    test.each(states)(
      "%s: nothing for axe to say, nothing sticks out",
      async (_, state) => {
        const inbox = await serveInbox();
        const watch = watchPages(browser);
        state.fill?.(inbox);
        const waits = [{ to: "+12025550143", startedAt: new Date().toISOString(), timeoutMs: 10_000 }];
        const rules = state.chaos ? [{ id: "1", probability: 0.3, status: 503 }] : [];
        const status = fullStatus({ waits, chaos: { active: rules.length > 0, rules } });
        const page = await watch.open(
          inbox.url,
          { viewport: { width, height: 760 }, colorScheme, reducedMotion: "reduce" },
          (fresh) => standIn(fresh, status, FULL_DETAIL),
        );
        await state.reach?.(page, inbox);
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
        const { violations } = await new AxeBuilder({ page })
          .setLegacyMode(true)
          // Row after row is the same.
          .exclude("#list li:nth-child(n+70)")
          .analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).slice(0, 3)}`)).toEqual([]);
        await watch.close();
        await inbox.close();
        expect(watch.complaints().filter((complaint) => !complaint.includes("net::ERR_"))).toEqual([]);
      },
      30_000,
    );
  },
);
