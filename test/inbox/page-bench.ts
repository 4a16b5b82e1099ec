import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { launchBrowser } from "../helpers/browser.ts";
import { type PageWatch, watchPages } from "../helpers/watched-page.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";
import { standIn } from "./ui/stand-in.ts";

/** An inbox for each test, and watched pages of it; a page that complains fails its test. */
export interface PageBench {
  inbox: ServedInbox;
  /** A page of the inbox before a gateway that says everything of itself. */
  open(options?: BrowserContextOptions, path?: string, prepare?: (page: Page) => Promise<void>): Promise<Page>;
  complaints(): string[];
}

/** Sets the hooks of this test file. */
export function createPageBench(): PageBench {
  let browser: Browser;
  let watch: PageWatch;
  const bench = {
    open: (options = {}, path = "/", prepare = standIn) => watch.open(bench.inbox.url + path, options, prepare),
    complaints: () => watch.complaints(),
  } as PageBench;
  beforeAll(async () => {
    browser = await launchBrowser();
    watch = watchPages(browser);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    bench.inbox = await serveInbox();
  });
  afterEach(async () => {
    await watch.close();
    await bench.inbox.close();
    expect(watch.complaints()).toEqual([]);
  });
  return bench;
}

/** What the clipboard of the page holds. */
export function clipboard(page: Page): Promise<string> {
  return page.evaluate<string>("navigator.clipboard.readText()");
}
