import type {
  Fixtures,
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
} from "@playwright/test";
import { createInboxClient, type InboxClient } from "./client.ts";
import { createPhone, type Phone } from "./phone.ts";
import { createPhoneNumbers } from "./phone-numbers.ts";

/** What `use` of `playwright.config.ts` may say: `defineConfig<PlaywrightTestOptions, InboxOptions>`. */
export interface InboxOptions {
  /** The inbox's own URL, `http://127.0.0.1:8026` unless told. */
  inboxUrl: string | undefined;
  /** `INBOX_TOKEN` of an inbox that asks for one. */
  inboxToken: string | undefined;
}

/** What each worker has. */
export interface InboxWorkerFixtures extends InboxOptions {
  /** The client of the inbox. */
  inbox: InboxClient;
  /** Draws a number that no other worker draws. */
  drawPhoneNumber: () => string;
}

/** What each test may ask for. */
export interface InboxFixtures {
  /** A phone of this test alone: fill in `phone.number`, then `await phone.code()`. */
  phone: Phone;
  /** Another phone of this test alone, or one with a number of your own. */
  newPhone: (number?: string) => Promise<Phone>;
}

/** For `base.extend<InboxFixtures, InboxWorkerFixtures>(inboxFixtures)`; Playwright itself is the user's to import. */
export const inboxFixtures: Fixtures<
  InboxFixtures,
  InboxWorkerFixtures,
  PlaywrightTestArgs & PlaywrightTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
> = {
  inboxUrl: [undefined, { scope: "worker", option: true }],
  inboxToken: [undefined, { scope: "worker", option: true }],
  inbox: [
    async ({ inboxUrl, inboxToken }, use) => use(createInboxClient({ url: inboxUrl, token: inboxToken })),
    { scope: "worker" },
  ],
  drawPhoneNumber: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use, { parallelIndex, config: { workers, shard } }) => {
      const share = ((shard?.current ?? 1) - 1) * workers + parallelIndex;
      await use(createPhoneNumbers({ share, shares: workers * (shard?.total ?? 1) }));
    },
    { scope: "worker" },
  ],
  newPhone: async ({ inbox, drawPhoneNumber }, use) => {
    const ended = new AbortController();
    await use((number = drawPhoneNumber()) => createPhone(inbox, number, ended.signal));
    ended.abort();
  },
  phone: async ({ newPhone }, use) => use(await newPhone()),
};
