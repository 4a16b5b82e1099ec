import { describeProvider } from "../contract/provider.ts";
import { plivoDialect } from "../helpers/vendor-plivo.ts";

const PATH = "/v1/Account/MA0123/Message/";
const accepting = (body: object) => ({ ...plivoDialect.accepted("x"), body: JSON.stringify(body) });

describeProvider({
  type: "plivo",
  dialect: plivoDialect,
  options: {
    type: "plivo",
    authId: "MA0123",
    authToken: "s3cret-token",
    sender: { default: { from: "+14155550101" } },
  },
  otherOptions: { authId: "MA9999", authToken: "other-t0ken" },
  accounts: { MA0123: "s3cret-token", MA9999: "other-t0ken" },
  fieldsOf: (body) => JSON.parse(body),
  golden: [
    {
      title: "a number as the sender, and nothing kept in the vendor's log",
      path: PATH,
      headers: {
        authorization: `Basic ${Buffer.from("MA0123:s3cret-token").toString("base64")}`,
        "content-type": "application/json",
        "user-agent": `plivo-node/4.79.0 (Node: ${process.version})`,
      },
      sms: { text: "Your code is 493817" },
      body: { type: "sms", log: "false", src: "14155550101", dst: "4915112345678", text: "Your code is 493817" },
    },
    {
      title: "a powerpack and a text that lives longer than Plivo waits",
      path: PATH,
      headers: {},
      options: { sender: { default: { powerpackUuid: "86bbb125-97bb" } } },
      sms: { text: "Hi", expiresAt: Date.now() + 60_000_000 },
      body: {
        type: "sms",
        log: "false",
        message_expiry: 10_799,
        dst: "4915112345678",
        text: "Hi",
        powerpack_uuid: "86bbb125-97bb",
      },
    },
    {
      title: "a text that expired already",
      path: PATH,
      headers: {},
      options: { sender: { default: { from: "ACME" } } },
      sms: { text: "Hi", expiresAt: Date.now() - 1_000 },
      body: { type: "sms", log: "false", message_expiry: 5, src: "ACME", dst: "4915112345678", text: "Hi" },
    },
  ],
  withoutId: '{"message":"message(s) queued","message_uuid":[],"api_id":"x"}',
  forbidden: { outcome: "not-sent", kind: "destination-barred" },
  readings: [
    ["400 in prose", plivoDialect.refused(400), { outcome: "not-sent", kind: "message-refused" }],
    ["402", plivoDialect.refused(402), { outcome: "not-sent", kind: "quota-exhausted" }],
    ["403", plivoDialect.refused(403), { outcome: "not-sent", kind: "destination-barred" }],
    ["404", plivoDialect.refused(404), { outcome: "not-sent", kind: "unauthorized" }],
    ["405", plivoDialect.refused(405), { outcome: "not-sent", kind: "message-refused" }],
    ["406", plivoDialect.refused(406), { outcome: "not-sent", kind: "message-refused" }],
    ["409", plivoDialect.refused(409), { outcome: "not-sent", kind: "message-refused" }],
    ["422", plivoDialect.refused(422), { outcome: "not-sent", kind: "message-refused" }],
    [
      "202 that names the recipient as invalid",
      accepting({ message: "queued", message_uuid: [], invalid_number: ["4915112345678"], api_id: "x" }),
      { outcome: "not-sent", kind: "invalid-recipient" },
    ],
    [
      "202 that names a number as invalid beside the message it queued",
      accepting({ message: "queued", message_uuid: ["u-1"], invalid_number: [], api_id: "x" }),
      { outcome: "sent", providerMessageId: "u-1" },
    ],
    [
      "202 with one id that is not in a list",
      accepting({ message_uuid: "u-1" }),
      { outcome: "sent", providerMessageId: "u-1" },
    ],
    ["202 that is no object", accepting([]), { outcome: "unknown", kind: "bad-response" }],
  ],
});
