import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** Opens pages that must not complain, and collects what they complain of. */
export interface PageWatch {
  /** A page of its own context; `prepare` runs before it goes anywhere. */
  open(url: string, options?: BrowserContextOptions, prepare?: (page: Page) => Promise<void>): Promise<Page>;
  /** What went wrong since the last call: dialogs, script errors, anything in the console, breaches of the policy, foreign requests. */
  complaints(): string[];
  /** Closes all pages. */
  close(): Promise<void>;
}

/** Watches the pages of one browser. */
export function watchPages(browser: Browser): PageWatch {
  const complaints: string[] = [];
  return {
    async open(url, options = {}, prepare = async () => {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const { origin } = new URL(url);
      if (options.javaScriptEnabled !== false)
        await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
      const page = await context.newPage();
      listen(page, origin, complaints);
      await page.addInitScript(TELL_BREACHES);
      await prepare(page);
      await page.goto(url);
      if (options.javaScriptEnabled !== false) await page.locator("#state.ok").waitFor();
      return page;
    },
    complaints: () => complaints.splice(0),
    async close() {
      for (const context of browser.contexts()) await context.close();
    },
  };
}

const TELL_BREACHES =
  "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.sample))";

function listen(page: Page, origin: string, complaints: string[]): void {
  page.on("dialog", (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => complaints.push(`error ${error.message}`));
  page.on("console", (line) => {
    complaints.push(`console ${line.text()} ${line.location().url}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:"))
      complaints.push(`asked ${request.url()}`);
  });
}
