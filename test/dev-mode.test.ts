import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../src/values/clock.ts";
import { systemRandom } from "../src/values/random.ts";
import { findCanaries } from "./helpers/canaries.ts";
import { composeAlone } from "./helpers/composed-gateway.ts";
import { configure } from "./helpers/configure.ts";
import { contextFixtures, type Json } from "./helpers/kratos-context.ts";
import { refuseConnections } from "./helpers/outgoing.ts";

const SECRETS = ["a7f3c19e5b2d4860a7f3c19e5b2d4860", "NDc2YTNmOWI4YzJkMWU1Zg", "wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLE"];

/** Everything a live gateway needs, and the one word that keeps it from sending. */
const YAML = `
mode: dev
providers:
  twilio-main: { type: twilio, accountSid: AC5ef872f6da5a21de157d80997a64bd33, authToken: ${SECRETS[0]}, sender: { default: { from: "+14155550101" } } }
  plivo-main: { type: plivo, authId: MAMZY0OTVLYZKZYJEXAM, authToken: ${SECRETS[1]}, sender: { default: { from: "+14155550102" } } }
  sns-eu: { type: sns, region: eu-central-1, accessKeyId: AKIAIOSFODNN7EXAMPLE, secretAccessKey: ${SECRETS[2]}, sender: { default: { senderId: ACME } } }
  sns-chain: { type: sns, region: us-east-1, sender: { default: { senderId: ACME } } }
routes: [{ name: default, chain: [twilio-main, plivo-main, sns-eu, sns-chain] }]
destinations: { countries: [DE] }
`;

/** One context per template, from the newest Kratos that has it. */
const templates = new Map(contextFixtures.map(({ context }) => [String(context["template_type"]), context]));

describe("dev mode with the credentials of live mode", () => {
  let gateway: Awaited<ReturnType<typeof composeAlone>>;
  beforeAll(async () => {
    const log = { write: () => {}, dropped: () => 0 };
    const effects = { clock: systemClock, random: systemRandom, log, proxy: {} };
    gateway = await composeAlone(configure(YAML), effects);
  });
  afterAll(async () => {
    gateway.release();
    await gateway.close();
  });

  async function post(context: Json): Promise<Response> {
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(context) };
    return gateway.courier.fetch(new Request("http://127.0.0.1/courier/sms", request));
  }

  async function look(id: string): Promise<{ payloads: { provider: string; body: string }[]; json: string }> {
    const answer = await gateway.inbox?.request(`/api/messages/${id}`, { headers: { host: "localhost" } });
    const json = (await answer?.text()) ?? "";
    return { ...JSON.parse(json), json };
  }

  it.each([...templates])("begins no connection for 100 messages of %s, every tenth looked at", async (_, context) => {
    const { begun } = refuseConnections();
    for (let index = 0; index < 100; index += 1) {
      const recipient = `+49151${String(10_000_000 + index)}`;
      const answer = await post({ ...context, recipient });
      expect(answer.headers.get("x-outcome")).toBe("captured");
      if (index % 10 > 0) continue;
      const { payloads, json } = await look(answer.headers.get("x-message-id") ?? "");
      expect(payloads.map(({ provider }) => provider)).toEqual(["twilio-main", "plivo-main", "sns-eu", "sns-chain"]);
      for (const { body } of payloads) expect(decodeURIComponent(body)).toContain(recipient.slice(1));
      expect(findCanaries(json, { codes: [], secrets: SECRETS })).toEqual([]);
    }
    expect(begun()).toBe(0);
  });
});
