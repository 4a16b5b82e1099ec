import { defineConfig, type PlaywrightTestOptions } from "@playwright/test";
import type { InboxOptions } from "kratos-sms-gateway/playwright";

const { INBOX_PORT = "8026", OPS_PORT = "8081", PRODUCT_PORT = "3000", CHROMIUM_BIN, CI } = process.env;

export default defineConfig<PlaywrightTestOptions, InboxOptions>({
  fullyParallel: true,
  reporter: "list",
  use: {
    baseURL: `http://127.0.0.1:${PRODUCT_PORT}`,
    inboxUrl: `http://127.0.0.1:${INBOX_PORT}`,
    launchOptions: CHROMIUM_BIN ? { executablePath: CHROMIUM_BIN } : {},
  },
  webServer: [
    // At your desk the gateway that you have running is as good.
    { command: "npx kratos-sms-gateway", url: `http://127.0.0.1:${OPS_PORT}/readyz`, reuseExistingServer: !CI },
    { command: "node product.js", url: `http://127.0.0.1:${PRODUCT_PORT}/` },
  ],
});
