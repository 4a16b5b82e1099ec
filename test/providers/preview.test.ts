import { describe, expect, it, vi } from "vitest";
import { createPreview } from "../../src/providers/preview.ts";
import { providerOptions } from "../../src/providers/registry.ts";
import type { E164 } from "../../src/sms/e164.ts";
import { findCanaries } from "../helpers/canaries.ts";
import { listenOn } from "../helpers/listen.ts";
import { refuseConnections } from "../helpers/outgoing.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const sender = { default: { from: "ACME" } };
const SECRETS = ["a7f3c19e5b2d4860a7f3c19e5b2d4860", "NDc2YTNmOWI4YzJkMWU1Zg", "wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLE"];
const [TWILIO = "", PLIVO = "", AWS = ""] = SECRETS;
const ACCOUNTS = {
  "twilio-main": { type: "twilio", accountSid: "AC5ef872f6da5a21de157d80997a64bd33", authToken: TWILIO, sender },
  "plivo-main": { type: "plivo", authId: "MAMZY0OTVLYZKZYJEXAM", authToken: PLIVO, sender },
  "sns-own": { type: "sns", region: "eu-central-1", accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: AWS },
  "sns-chain": { type: "sns", region: "eu-central-1" },
  inbox: { type: "inbox" },
};
const clock = createVirtualClock();
const SMS = {
  to: "+4915735990123" as E164,
  country: "DE" as const,
  text: "Your login code is: 482913",
  receivedAt: clock.wallMs() - 3_600_000,
  expiresAt: clock.wallMs() - 3_000_000,
};

const accounts = Object.fromEntries(
  Object.entries(ACCOUNTS).map(([name, options]) => [name, providerOptions.parse(options)]),
);
const preview = createPreview(() => accounts, clock);

describe("a preview", () => {
  it.each<[account: string, url: string, authorization: string, body: RegExp]>([
    [
      "twilio-main",
      "https://api.twilio.com/2010-04-01/Accounts/AC5ef872f6da5a21de157d80997a64bd33/Messages.json",
      "Basic [masked]",
      /To=%2B4915735990123&.*From=ACME/,
    ],
    [
      "plivo-main",
      "https://api.plivo.com/v1/Account/MAMZY0OTVLYZKZYJEXAM/Message/",
      "Basic [masked]",
      /"dst":"4915735990123","text":"Your login code is: 482913"/,
    ],
    ["sns-own", "https://sns.eu-central-1.amazonaws.com/", "AWS4-HMAC-SHA256 [masked]", /PhoneNumber=%2B4915735990123/],
    [
      "sns-chain",
      "https://sns.eu-central-1.amazonaws.com/",
      "AWS4-HMAC-SHA256 [masked]",
      /PhoneNumber=%2B4915735990123/,
    ],
  ])("shows what %s would ask of its vendor", async (account, url, authorization, body) => {
    const payload = await preview(account, SMS);
    expect(payload).toMatchObject({ method: "POST", url, body: expect.stringMatching(body) });
    const headers = Object.entries(payload?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    expect(Object.fromEntries(headers)).toMatchObject({ authorization });
  });

  it("lets the code live as long as it would have, had it been sent when it came", async () => {
    expect((await preview("twilio-main", SMS))?.body).toContain("ValidityPeriod=600");
  });

  it("keeps previews apart that are made at the same time", async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `Your login code is: ${100_000 + index}`);
    const payloads = await Promise.all(texts.map((text) => preview("plivo-main", { ...SMS, text })));
    expect(payloads.map((payload) => JSON.parse(payload?.body ?? "{}").text)).toEqual(texts);
  });

  it.each(["inbox", "nobody", "constructor"])("is empty for %s, which has no vendor", async (account) => {
    expect(await preview(account, SMS)).toBe(undefined);
  });

  it("holds no secret in any disguise, whatever the environment offers, and asks nobody for one", async () => {
    const server = await listenOn({ fetch: () => new Response("{}") } as never);
    const { begun } = refuseConnections();
    for (const [name, value] of Object.entries(TEMPTATIONS)) vi.stubEnv(name, value.replace("SERVER", server));
    const payloads = await Promise.all(Object.keys(ACCOUNTS).map((account) => preview(account, SMS)));
    expect(payloads.filter(Boolean)).toHaveLength(4);
    expect(findCanaries(JSON.stringify(payloads), { codes: [], secrets: [...SECRETS, SESSION] })).toEqual([]);
    expect(begun()).toBe(0);
    vi.unstubAllEnvs();
  });
});

const SESSION = "IQoJb3JpZ2luX2VjEXAMPLEtokenOfASession";

/** What leads AWS' libraries to the network: to the metadata service, to a container's credentials, to STS. */
const TEMPTATIONS = {
  AWS_DEFAULTS_MODE: "auto",
  AWS_EXECUTION_ENV: "",
  AWS_EC2_METADATA_SERVICE_ENDPOINT: "SERVER",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "SERVER/credentials",
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/x",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/dev/null",
  AWS_SESSION_TOKEN: SESSION,
};

it("a connection that somebody begins would be seen", async () => {
  const { begun } = refuseConnections();
  await expect(fetch("http://127.0.0.1:54321")).rejects.toThrow();
  await expect(fetch("https://127.0.0.1:54321")).rejects.toThrow();
  expect(begun()).toBe(2);
});
