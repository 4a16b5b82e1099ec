import type { Detail } from "../../../src/inbox/ui/wire.ts";

/** A captured message as the API tells it, with the fields that a test wants. */
export function detail(fields: Partial<Detail> = {}): Detail {
  return {
    id: "msg_1",
    receivedAt: "2026-11-21T12:04:31.000Z",
    to: "+12025550143",
    country: "US",
    numberType: "fixed-line-or-mobile",
    template: "login_code_valid",
    text: "Your login code is: 482913",
    code: "482913",
    codeSource: "template-data",
    outcome: "captured",
    provider: "twilio-main",
    durationMs: 4,
    repeatCount: 0,
    requestCount: 1,
    superseded: false,
    consumed: false,
    truncated: false,
    locales: [],
    limits: [],
    requests: [],
    payloads: [],
    decision: {
      route: "default",
      passedOver: [{ route: "india", because: "country is US" }],
      candidates: [
        { provider: "acme", incapable: "US is not among its countries" },
        { provider: "twilio-main", sender: "ACME" },
        { provider: "plivo-main", sender: "+14155550101" },
      ],
      text: "Your login code is: 482913",
      segments: { encoding: "GSM-7", count: 1 },
    },
    attempts: [{ provider: "twilio-main", attemptId: "a1", outcome: "captured", durationMs: 3 }],
    request: { method: "POST", path: "/courier/sms", headers: {}, body: "{}", bytes: 2 },
    ...fields,
  };
}
