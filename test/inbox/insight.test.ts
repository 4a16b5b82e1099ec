import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Payload, PreviewedSms } from "../../src/sms/payload.ts";
import { arrive, capture, message } from "./events.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";

const PAYLOAD: Payload = { method: "POST", url: "https://api.example/", headers: { a: "b" }, body: "{}" };
const asked: [provider: string, sms: PreviewedSms][] = [];

let inbox: ServedInbox;
beforeAll(async () => {
  const preview = async (provider: string, sms: PreviewedSms) => {
    asked.push([provider, sms]);
    if (provider === "broken") throw new Error("this account cannot be made");
    return provider === "inbox" ? undefined : PAYLOAD;
  };
  inbox = await serveInbox({ preview }, { maxBodyBytes: 2_000 });
});
afterAll(() => inbox.close());
beforeEach(() => {
  asked.length = 0;
});

async function get(path: string) {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came.
  return (await (await fetch(inbox.url + path)).json()) as any;
}

describe("a message's detail", () => {
  test("measures the text that would be sent", async () => {
    const { id } = capture(inbox.mailbox.tell, { text: "“482913”" });
    expect((await get(`/api/messages/${id}`)).meter).toEqual({
      encoding: "UCS-2",
      count: 1,
      units: 8,
      unitsLeft: 62,
      perSegment: 70,
      causes: [
        { character: "“", codePoint: "U+201C", replacement: '"' },
        { character: "”", codePoint: "U+201D", replacement: '"' },
      ],
      replaced: { text: '"482913"', encoding: "GSM-7", count: 1, units: 8 },
    });
  });

  test("checks its autofill line", async () => {
    const text = "Your login code is: 482913\n\n@example.com:8080 #482913";
    const { id } = capture(inbox.mailbox.tell, { text });
    expect((await get(`/api/messages/${id}`)).autofill).toEqual({
      line: "@example.com:8080 #482913",
      findings: [{ level: "error", says: "A port stands behind the host.", fix: "Write @example.com #482913." }],
    });
  });

  test("says nothing of autofill where there is no code", async () => {
    const { id } = capture(inbox.mailbox.tell, { code: "", text: "Your number was changed." });
    expect(await get(`/api/messages/${id}`)).not.toHaveProperty("autofill");
  });

  test("shows what each capable candidate's vendor would get, in the order of the chain", async () => {
    const sms = message({ expiresAt: 5 });
    const candidates = [
      { provider: "twilio-main", plan: { sender: "ACME" } },
      { provider: "sns-eu", plan: { incapable: "no sender for US" } },
      { provider: "broken", plan: { sender: "ACME" } },
      { provider: "inbox", plan: { sender: "inbox" } },
      { provider: "plivo-main", plan: { sender: "ACME" } },
    ];
    const decision = { passedOver: [], candidates, text: "Our own text", segments: { encoding: "GSM-7", count: 1 } };
    inbox.mailbox.tell({ type: "decided", message: sms, decision: decision as never });
    expect((await get(`/api/messages/${sms.id}`)).payloads).toEqual([
      { provider: "twilio-main", ...PAYLOAD },
      { provider: "plivo-main", ...PAYLOAD },
    ]);
    const { to, country, receivedAt } = sms;
    expect(asked[0]?.[1]).toEqual({ to, country, receivedAt, expiresAt: 5, text: "Our own text" });
  });

  test("is worked out only when somebody looks", async () => {
    const { id } = capture(inbox.mailbox.tell);
    await get("/api/messages");
    expect(asked).toEqual([]);
    await get(`/api/messages/${id}`);
    expect(asked).toHaveLength(2);
  });

  test("claims nothing about a text of which the end is not kept", async () => {
    const sms = message({ text: "x".repeat(3_000) });
    arrive(inbox.mailbox.tell, sms);
    const detail = await get(`/api/messages/${sms.id}`);
    expect(detail).toMatchObject({ truncated: true, payloads: [], meter: { count: 11 } });
    expect(detail).not.toHaveProperty("autofill");
  });
});
