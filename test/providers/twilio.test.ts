import { describeProvider, type ReadingRow } from "../contract/provider.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

const JSON_TYPE = { "content-type": "application/json" };
const PATH = "/2010-04-01/Accounts/AC0123/Messages.json";

function codes(kind: string, ...numbers: number[]): ReadingRow[] {
  return numbers.map((code) => {
    const status = code === 20429 ? 429 : 400;
    const expected = { outcome: "not-sent", kind, vendorCode: String(code) } as ReadingRow[2];
    return [`${code} as ${kind}`, twilioDialect.refused(status, code), expected];
  });
}

function failedAtOnce(status: string, code: number | null, expected: ReadingRow[2]): ReadingRow {
  const body = JSON.stringify({ sid: "SM1", status, error_code: code });
  return [`201 with status ${status} and error code ${code}`, { status: 201, headers: JSON_TYPE, body }, expected];
}

describeProvider({
  type: "twilio",
  dialect: twilioDialect,
  options: { type: "twilio", accountSid: "AC0123", authToken: "s3cret-token", sender: { default: { from: "ACME" } } },
  otherOptions: { accountSid: "AC9999", authToken: "other-t0ken" },
  accounts: { AC0123: "s3cret-token", AC9999: "other-t0ken", SK0123: "api-s3cret" },
  fieldsOf: (body) => Object.fromEntries(new URLSearchParams(body)),
  golden: [
    {
      title: "a name as the sender",
      path: PATH,
      headers: {
        authorization: `Basic ${Buffer.from("AC0123:s3cret-token").toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
      sms: { text: "Your code is 493817" },
      body: { To: "+4915112345678", From: "ACME", Body: "Your code is 493817" },
    },
    {
      title: "a messaging service and a text that expires in a minute",
      path: PATH,
      headers: {},
      options: { sender: { default: { messagingServiceSid: "MG0123" } } },
      sms: { text: "Hi", expiresAt: Date.now() + 60_000_000 },
      body: { To: "+4915112345678", MessagingServiceSid: "MG0123", Body: "Hi", ValidityPeriod: "36000" },
    },
    {
      title: "a text that expired already",
      path: PATH,
      headers: {},
      sms: { text: "Hi", expiresAt: Date.now() - 1_000 },
      body: { To: "+4915112345678", From: "ACME", Body: "Hi", ValidityPeriod: "5" },
    },
    {
      title: "an API key",
      path: PATH,
      options: { authToken: undefined, apiKeySid: "SK0123", apiKeySecret: "api-s3cret" },
      headers: { authorization: `Basic ${Buffer.from("SK0123:api-s3cret").toString("base64")}` },
      sms: { text: "Hi" },
      body: { To: "+4915112345678", From: "ACME", Body: "Hi" },
    },
    {
      title: "a text of what a form has to encode",
      path: PATH,
      headers: {},
      sms: { text: "Hi + 1 & 2 = 3 %\n“ä” 🐴" },
      body: { To: "+4915112345678", From: "ACME", Body: "Hi + 1 & 2 = 3 %\n“ä” 🐴" },
    },
  ],
  withoutId: '{"status":"queued","error_code":null}',
  forbidden: { outcome: "not-sent", kind: "unauthorized" },
  readings: [
    ...codes("unauthorized", 10001, 20003, 20005, 20006, 20008, 20010, 20403, 20404),
    ...codes("rate-limited", 20429, 21611),
    ...codes("invalid-recipient", 21211, 21217, 21401, 21421, 21614, 30014),
    ...codes("opted-out", 21610),
    ...codes("destination-barred", 21210, 21219, 21408, 21608),
    ...codes("sender-refused", 21212, 21603, 21606, 21607, 21612, 21616, 21654, 21655, 21656, 21657),
    ...codes("sender-refused", 21659, 21660, 21661, 21701, 21703, 21704, 21705, 21711, 21717),
    ...codes("message-refused", 14107, 21602, 21604, 21605, 21609, 21617, 21618, 21619, 21624, 21658, 99999),
    [
      "a 404 that is XML",
      { status: 404, headers: { "content-type": "application/xml" }, body: "<TwilioResponse/>" },
      { outcome: "not-sent", kind: "unauthorized" },
    ],
    [
      "problem details",
      {
        status: 400,
        headers: { "content-type": "application/problem+json" },
        body: JSON.stringify({ type: "https://x", title: "Bad", status: 400, code: 21211, detail: "+4915112345678" }),
      },
      { outcome: "not-sent", kind: "invalid-recipient", vendorCode: "21211" },
    ],
    failedAtOnce("failed", 30450, { outcome: "not-sent", kind: "fraud-block", vendorCode: "30450" }),
    failedAtOnce("failed", 30453, { outcome: "not-sent", kind: "fraud-block", vendorCode: "30453" }),
    failedAtOnce("undelivered", 30006, { outcome: "not-sent", kind: "invalid-recipient" }),
    failedAtOnce("failed", 30008, { outcome: "unknown", kind: "bad-response", vendorCode: "30008" }),
    failedAtOnce("failed", null, { outcome: "unknown", kind: "bad-response" }),
    failedAtOnce("accepted", null, { outcome: "sent", providerMessageId: "SM1" }),
    [
      "a refusal by its own code, not by the field of a message",
      { status: 400, headers: JSON_TYPE, body: JSON.stringify({ code: 21610, error_code: 0 }) },
      { outcome: "not-sent", kind: "opted-out", vendorCode: "21610" },
    ],
    [
      "a message that failed by its own field, not by the code of a refusal",
      { status: 201, headers: JSON_TYPE, body: JSON.stringify({ sid: "SM1", status: "failed", code: 30006 }) },
      { outcome: "unknown", kind: "bad-response" },
    ],
  ],
});
