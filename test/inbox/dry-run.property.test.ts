import fc from "fast-check";
import { expect, test } from "vitest";
import { FREE_LISTENERS, startFromYaml, type TestApp } from "../helpers/running-app.ts";
import { startVendor } from "../helpers/vendor-server.ts";
import { snsDialect } from "../helpers/vendor-sns.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

const RUNS = process.env["INBOX"] === "long" ? 1_000 : 60;

/** A configuration in which every part of a decision differs from message to message. */
const rules = (twilio: string, sns: string) => `
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: t, sender: { US: { from: "+14155550101" }, DE: { from: ACME } }, baseUrl: "${twilio}", prices: { US: 0.0079, default: 0.05 } }
  sns-eu: { type: sns, region: eu-central-1, accessKeyId: AKIAXXX, secretAccessKey: s, sender: { default: { senderId: ACME } }, baseUrl: "${sns}" }
routes:
  - { name: germany, match: { country: [DE] }, chain: [sns-eu, twilio-main] }
  - { name: recovery, match: { template: [recovery_code_valid] }, chain: [twilio-main] }
  - { name: block, match: { prefix: ["+1202555010"] }, chain: [sns-eu] }
  - { name: default, chain: [twilio-main, sns-eu] }
destinations: { countries: [US, DE, GB], denyTypes: [premium-rate] }
limits: { perNumber: [{ max: 3, per: 10m }], perCountry: { default: { max: 50, per: 1h } } }
spend: { currency: EUR, prices: { US: 0.0083, default: 0.08 }, total: { max: 20, per: 24h } }
templates: { use: builtin }
`;

type Sample = typeof message extends fc.Arbitrary<infer Value> ? Value : never;

const message = fc.record({
  to: fc.oneof(
    fc.integer({ min: 100, max: 199 }).map((line) => `+12025550${line}`),
    fc.integer({ min: 100, max: 999 }).map((line) => `+4915735990${line}`),
    fc.constantFrom("+447911123456", "+33612345678", "+19002345678"),
  ),
  template_type: fc.constantFrom("login_code_valid", "recovery_code_valid", "verification_code_valid", "custom"),
  words: fc.constantFrom("Your login code is:", "Dein Code lautet:", "Votre code à usage unique « ", "验证码"),
  locale: fc.constantFrom("en", "de", "fr", "xx"),
});

/** A gateway in dev mode and one in live mode, whose vendors are stand-ins on this machine. */
async function setUp() {
  const vendors = [await startVendor(twilioDialect, { AC0: "t" }), await startVendor(snsDialect, { AKIAXXX: "s" })];
  const [twilio = "", sns = ""] = vendors.map(({ origin }) => origin);
  const yaml = rules(twilio, sns);
  const besideLive = FREE_LISTENERS.replace("inbox: {", "inbox: { besideLive: true,");
  return {
    dev: await startFromYaml(`mode: dev\n${FREE_LISTENERS}${yaml}`),
    live: await startFromYaml(`mode: live\n${besideLive}${yaml}`),
    accepted: () => vendors.flatMap((vendor) => vendor.accepted),
    vendorRequests: () => vendors.reduce((sum, { requests }) => sum + requests.length, 0),
    close: () => Promise.all(vendors.map((vendor) => vendor.close())),
  };
}

interface Detail {
  decision: { text: string };
  cost?: object;
  segments: object;
  limits: { dimension: string; perMs: number; max: number }[];
  outcome: string;
}

async function decide(app: TestApp, body: object) {
  const answer = await fetch(`${app.urls.gateway}/courier/sms`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "key-of-kratos" },
    body: JSON.stringify(body),
  });
  const detail = await (await fetch(`${app.urls.inbox}/api/messages/${answer.headers.get("x-message-id")}`)).json();
  return detail as Detail;
}

function courierBody({ to, template_type, words, locale }: Sample, code: string): object {
  const codes = { login_code: code, recovery_code: code, verification_code: code };
  const template_data = { to, ...codes, identity: { traits: { locale } } };
  return { recipient: to, body: `${words} ${code}`, template_type, template_data };
}

/** What must be the same; how full a window is depends on whether it is enforced, and live mode shows nobody the text. */
function comparable({ decision: { text: _, ...decision }, cost, segments, limits }: Detail): object {
  return { decision, cost, segments, limits: limits.map(({ dimension, perMs, max }) => ({ dimension, perMs, max })) };
}

test("what the inbox says would happen is what happens live: route, candidates, senders, text, segments, cost and limits", async () => {
  const { dev, live, accepted, vendorRequests, close } = await setUp();
  const outcomes = new Set<string>();
  let count = 0;
  await fc.assert(
    fc.asyncProperty(message, async (sample) => {
      count += 1;
      const body = courierBody(sample, String(100_000 + count));
      const requestsBefore = vendorRequests();
      const dryRun = await decide(dev, body);
      expect(vendorRequests()).toBe(requestsBefore);
      const real = await decide(live, body);
      expect(comparable(dryRun)).toEqual(comparable(real));
      if (real.outcome === "sent") expect(accepted().map(({ text }) => text)).toContain(dryRun.decision.text);
      outcomes.add(`${dryRun.outcome}, ${real.outcome}`);
    }),
    { numRuns: RUNS },
  );
  // Else equal could mean equally empty.
  expect([...outcomes]).toEqual(expect.arrayContaining(["captured, sent", "rejected, rejected"]));
  await close();
}, 300_000);
