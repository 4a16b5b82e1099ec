import { createRequire } from "node:module";
import { afterEach, expect, it, vi } from "vitest";
import { createProvider, inboxAccount, providerOptions } from "../../src/providers/registry.ts";
import type { Transport, TransportRequest } from "../../src/providers/transport.ts";
import type { E164 } from "../../src/sms/e164.ts";
import { systemClock } from "../../src/values/clock.ts";

const SMS = { attemptId: "a", to: "+4915112345678" as E164, country: "DE", text: "Hi" } as const;
const { cache } = createRequire(import.meta.url);
const loaded = () =>
  ["twilio", "plivo", "@aws-sdk", "axios", "request"].filter((name) =>
    Object.keys(cache).some((path) => path.includes(`/node_modules/${name}/`)),
  );

const origins: string[] = [];
const transport: Transport = {
  async request({ origin, path }: TransportRequest) {
    origins.push(origin + path);
    return { failed: "before", cause: "connect", code: "ECONNREFUSED" };
  },
  close: async () => {},
};

async function sendWith(options: object): Promise<void> {
  const provider = await createProvider("main", providerOptions.parse(options), { transport, clock: systemClock });
  await provider.send(SMS, new AbortController().signal);
  provider.close?.();
}

afterEach(() => {
  vi.unstubAllEnvs();
  origins.length = 0;
});

it("loads the SDK of a vendor only for an account of that vendor, and never Plivo's HTTP stack", async () => {
  expect(loaded()).toEqual([]);
  await sendWith({ type: "inbox" });
  expect(loaded()).toEqual([]);
  await sendWith({ type: "plivo", authId: "MA1", authToken: "t", sender: { default: { from: "ACME" } } });
  expect(loaded()).toEqual(["plivo"]);
});

it("goes to the vendor's own address, whatever the environment holds for other tools", async () => {
  vi.stubEnv("TWILIO_EDGE", "sydney");
  vi.stubEnv("TWILIO_REGION", "au1");
  vi.stubEnv("AWS_ENDPOINT_URL_SNS", "http://elsewhere.example");
  vi.stubEnv("AWS_ENDPOINT_URL", "http://elsewhere.example");
  const keys = { accessKeyId: "AKIA1", secretAccessKey: "s" };
  const sender = { default: { from: "ACME" } };
  await sendWith({ type: "twilio", accountSid: "AC1", authToken: "t", sender });
  await sendWith({ type: "plivo", authId: "MA1", authToken: "t", sender });
  await sendWith({ type: "sns", region: "eu-central-1", ...keys });
  await sendWith({ type: "sns", region: "cn-north-1", ...keys });
  expect(origins).toEqual([
    "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
    "https://api.plivo.com/v1/Account/MA1/Message/",
    "https://sns.eu-central-1.amazonaws.com/",
    "https://sns.cn-north-1.amazonaws.com.cn/",
  ]);
});

it("keeps a path in front of the vendor's own, and a host of two labels as it is", async () => {
  const baseUrl = "https://mock.example/vendor/";
  const sender = { default: { from: "ACME" } };
  await sendWith({ type: "twilio", accountSid: "AC1", authToken: "t", sender, baseUrl });
  await sendWith({ type: "plivo", authId: "MA1", authToken: "t", sender, baseUrl });
  await sendWith({ type: "sns", region: "eu-central-1", accessKeyId: "AKIA1", secretAccessKey: "s", baseUrl });
  expect(origins).toEqual([
    "https://mock.example/vendor/2010-04-01/Accounts/AC1/Messages.json",
    "https://mock.example/vendor/v1/Account/MA1/Message/",
    "https://mock.example/vendor/",
  ]);
});

it("captures in the inbox without any request", async () => {
  const provider = await createProvider("twilio-main", inboxAccount(), { transport, clock: systemClock });
  expect(provider.name).toBe("twilio-main");
  expect(await provider.send(SMS, new AbortController().signal)).toEqual({ outcome: "captured" });
  expect(origins).toEqual([]);
});
