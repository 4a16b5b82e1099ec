import { describe, expect, test } from "vitest";
import { FREE_LISTENERS, startFromYaml, type TestApp } from "../helpers/running-app.ts";
import { startVendor } from "../helpers/vendor-server.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

const NUMBER = "+12025550143";
const TO = `to=${encodeURIComponent(NUMBER)}`;
const DEV = `mode: dev\n${FREE_LISTENERS}`;

async function post(app: TestApp, body: object | Buffer, headers: Record<string, string> = {}) {
  const answer = await fetch(`${app.urls.gateway}/courier/sms`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.isBuffer(body) ? Uint8Array.from(body) : JSON.stringify(body),
  });
  return { status: answer.status, id: answer.headers.get("x-message-id"), outcome: answer.headers.get("x-outcome") };
}

async function inbox(app: TestApp, path: string, init?: RequestInit) {
  const answer = await fetch(app.urls.inbox + path, init);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = /json/.test(answer.headers.get("content-type") ?? "");
  return {
    status: answer.status,
    headers: answer.headers,
    bytes,
    json: isJson ? JSON.parse(bytes.toString()) : undefined,
  };
}

const show = async (app: TestApp, id: string | null) => (await inbox(app, `/api/messages/${id}`)).json;

describe("the request", () => {
  test.each<[name: string, body: Buffer]>([
    ["plain", Buffer.from(`{"to":"${NUMBER}","body":"Your code is 482913"}`)],
    ["with odd spacing and unknown fields", Buffer.from(`\n\t{ "x": [ 1 ],"to":"${NUMBER}","body":"482913"}\r\n`)],
    ["with a byte order mark", Buffer.from(`\ufeff{"to":"${NUMBER}","body":"Your code is 482913"}`)],
    [
      "that is no UTF-8",
      Buffer.concat([Buffer.from(`{"to":"${NUMBER}","body":"Your code is 482913 `), Buffer.of(0xff, 0xc3, 0x22, 0x7d)]),
    ],
  ])("%s is kept byte for byte", async (_name, body) => {
    const app = await startFromYaml(DEV);
    const { id } = await post(app, body);
    const { status, headers, bytes } = await inbox(app, `/api/messages/${id}/body`);
    expect({ status, bytes }).toEqual({ status: 200, bytes: body });
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("content-disposition")).toBe(`attachment; filename="${id}.json"`);
  });

  test("shows size, address, and what it was answered", async () => {
    const app = await startFromYaml(DEV);
    const body = { to: NUMBER, body: "Your code is 482913" };
    const { id } = await post(app, body, { accept: "application/json" });
    const { request, requests } = await show(app, id);
    expect(request).toMatchObject({
      body: JSON.stringify(body),
      bytes: JSON.stringify(body).length,
      remoteAddress: "127.0.0.1",
      answer: { status: 200, headers: { "X-Outcome": "captured", "X-Message-Id": id } },
    });
    expect(JSON.parse(request.answer.body)).toMatchObject({ outcome: "captured", id });
    expect(requests).toMatchObject([{ id, outcome: "captured", status: 200, durationMs: expect.any(Number) }]);
  });

  test("that is longer than is kept shows its beginning and says so", async () => {
    const app = await startFromYaml(DEV);
    const { id } = await post(app, { to: NUMBER, body: "Your code is 482913", padding: "x".repeat(20_000) });
    expect(await show(app, id)).toMatchObject({ truncated: true, request: { bytes: expect.any(Number) } });
    expect((await show(app, id)).request.bytes).toBeGreaterThan(20_000);
    expect((await inbox(app, `/api/messages/${id}/body`)).status).toBe(404);
    expect((await inbox(app, "/api/messages/msg_nobody/body")).status).toBe(404);
  });
});

test("the same text again gives a test its code each time, as one message", async () => {
  const app = await startFromYaml(DEV);
  const ids: (string | null)[] = [];
  for (let round = 0; round < 4; round += 1) {
    const { cursor } = (await inbox(app, "/api/cursor")).json;
    const { status, id, outcome } = await post(app, { to: NUMBER, body: "Your code is 482913" });
    expect({ status, outcome }).toEqual({ status: 200, outcome: round === 0 ? "captured" : "duplicate" });
    ids.push(id);
    const wait = await inbox(app, `/api/codes/wait?${TO}&since=${cursor}&consume=1&timeout=2`);
    expect(wait.json).toMatchObject({ code: "482913" });
  }
  expect(new Set(ids).size).toBe(1);
  const { messages } = (await inbox(app, "/api/messages")).json;
  expect(messages).toMatchObject([{ outcome: "captured", requestCount: 4, repeatCount: 3 }]);
});

const LIVE = (baseUrl: string) => `
mode: live
${FREE_LISTENERS.replace("inbox: { port: 0 }", "inbox: { port: 0, besideLive: true }")}
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: t, sender: { default: { from: "+14155550101" } }, baseUrl: "${baseUrl}" }
destinations: { countries: [US] }
`;

describe("beside live mode", () => {
  test("a message that Kratos asks for again after a 503 is one message", async () => {
    const twilio = await startVendor(twilioDialect, { AC0: "t" });
    const app = await startFromYaml(LIVE(twilio.origin));
    const ask = () => post(app, { to: NUMBER, body: "Your code is 482913" }, { "x-api-key": "key-of-kratos" });
    twilio.replyWith(twilioDialect.refused(429, 20429));
    const first = await ask();
    expect(first.status).toBe(503);
    expect(await show(app, first.id)).toMatchObject({
      outcome: "failed",
      attempt: { number: 1, of: 6, state: "retrying" },
      request: { answer: { status: 503, headers: { "content-type": "application/problem+json" } } },
    });
    twilio.replyWith();
    const second = await ask();
    const { messages } = (await inbox(app, "/api/messages")).json;
    expect(messages).toMatchObject([
      { id: first.id, outcome: "sent", requestCount: 2, attempt: { number: 2, of: 6, state: "done" } },
    ]);
    expect((await show(app, second.id)).requests).toMatchObject([{ status: 503 }, { status: 200, id: second.id }]);
    await twilio.close();
  });

  test("no test message is sent", async () => {
    const twilio = await startVendor(twilioDialect, { AC0: "t" });
    const app = await startFromYaml(LIVE(twilio.origin));
    expect((await inbox(app, "/api/test-message", JSON_POST({}))).status).toBe(404);
    expect((await inbox(app, "/api/status")).json).toMatchObject({ mode: "live", needsKey: true });
    expect(twilio.requests).toHaveLength(0);
    await twilio.close();
  });
});

const JSON_POST = (body: unknown) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

describe("limits and cost", () => {
  const RULES = `
limits: { perNumber: [{ max: 2, per: 10m }], total: { max: 100, per: 1m } }
spend: { currency: EUR, prices: { US: 0.0083, default: 0.08 }, total: { max: 0.02, per: 24h } }
`;

  test("are counted in full and enforced by nobody in dev mode", async () => {
    const app = await startFromYaml(DEV + RULES);
    const details = [];
    for (const code of ["111111", "222222", "333333"]) {
      const { id, outcome } = await post(app, { to: NUMBER, body: `Your code is ${code}` });
      expect(outcome).toBe("captured");
      details.push(await show(app, id));
    }
    expect(details[0].cost).toEqual({ amount: 0.0083, currency: "EUR" });
    expect(details[2].limits).toEqual([
      { dimension: "number", perMs: 600_000, max: 2, used: 3, enforced: false },
      { dimension: "total", perMs: 60_000, max: 100, used: 3, enforced: false },
      { dimension: "spend", perMs: 86_400_000, max: 0.02, used: 0.0249, enforced: false },
    ]);
  });

  test("are the same beside live mode, and enforced", async () => {
    const twilio = await startVendor(twilioDialect, { AC0: "t" });
    const app = await startFromYaml(LIVE(twilio.origin) + RULES);
    const ask = (code: string) =>
      post(app, { to: NUMBER, body: `Your code is ${code}` }, { "x-api-key": "key-of-kratos" });
    for (const code of ["111111", "222222"]) await ask(code);
    const { id, outcome } = await ask("333333");
    expect(outcome).toBe("suppressed");
    expect(await show(app, id)).toMatchObject({
      cost: { amount: 0.0083, currency: "EUR" },
      limits: [{ dimension: "number", max: 2, used: 2, enforced: true }, {}, { dimension: "spend", used: 0.0166 }],
    });
    await twilio.close();
  });

  test("without prices no cost is made up", async () => {
    const app = await startFromYaml(DEV);
    const { id } = await post(app, { to: NUMBER, body: "Your code is 482913" });
    expect(await show(app, id)).not.toHaveProperty("cost");
    expect((await show(app, id)).limits).toHaveLength(2);
  });
});

describe("the status", () => {
  test("names the port that was really opened, in the blocks for kratos.yml and on the page too", async () => {
    const app = await startFromYaml(DEV);
    const { json } = await inbox(app, "/api/status");
    const { port } = new URL(app.urls.gateway);
    expect(json).toMatchObject({ mode: "dev", needsKey: false, courierUrl: `${app.urls.gateway}/courier/sms` });
    expect(json.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(json.pasteBlocks.host).toContain(`url: "http://127.0.0.1:${port}/courier/sms"`);
    expect(json.pasteBlocks.docker).toContain(`url: "http://host.docker.internal:${port}/courier/sms"`);
    expect(Date.parse(json.startedAt)).toBeLessThanOrEqual(Date.now());
    const page = (await inbox(app, "/")).bytes.toString();
    expect(page).toContain(`127.0.0.1:${port}/courier/sms`);
    expect(page).not.toContain("127.0.0.1:0");
  });

  test("counts every request since the start, the refused ones too, and lists the open waits", async () => {
    const app = await startFromYaml(DEV);
    expect((await inbox(app, "/api/status")).json).toMatchObject({ requestCount: 0, waits: [] });
    await post(app, { to: NUMBER, body: "Your code is 482913" });
    await post(app, Buffer.from("no JSON"));
    await inbox(app, "/api/messages", { method: "DELETE" });
    const waiting = inbox(app, `/api/codes/wait?${TO}&template=login_code_valid&timeout=30`);
    let status = (await inbox(app, "/api/status")).json;
    while (status.waits.length === 0) status = (await inbox(app, "/api/status")).json;
    expect(status).toMatchObject({ requestCount: 2, chaos: { active: false, rules: [] } });
    expect(status.waits).toEqual([
      { to: NUMBER, template: "login_code_valid", startedAt: expect.any(String), timeoutMs: 30_000 },
    ]);
    await app.drain();
    expect((await waiting).status).toBe(204);
  });
});

describe("a test message", () => {
  const send = async (app: TestApp, body: object) => (await inbox(app, "/api/test-message", JSON_POST(body))).json;

  test("comes as Kratos' own do, with a new code each time, also past a key", async () => {
    const app = await startFromYaml(`${DEV}auth: { keys: [{ id: kratos, secret: key-of-kratos }] }\n`);
    const ids = [(await send(app, {})).messageId, (await send(app, {})).messageId];
    const [first, second] = [await show(app, ids[0]), await show(app, ids[1])];
    expect(first).toMatchObject({
      to: NUMBER,
      template: "login_code_valid",
      codeSource: "template-data",
      outcome: "captured",
      request: { method: "POST", path: "/courier/sms", headers: { "x-api-key": "[masked]" }, answer: { status: 200 } },
    });
    expect(first.request).not.toHaveProperty("remoteAddress");
    expect(first.expiresAt).toBeDefined();
    expect(second.code).not.toBe(first.code);
    expect(JSON.stringify([first, second])).not.toContain("key-of-kratos");
  });

  test("goes to the number and with the text that it is told", async () => {
    const app = await startFromYaml(DEV);
    const { messageId } = await send(app, { to: "+4915735990123", text: "Your code is 771100" });
    expect(await show(app, messageId)).toMatchObject({
      to: "+4915735990123",
      text: "Your code is 771100",
      code: "771100",
      codeSource: "text",
    });
  });

  test("goes to no number that does not exist: it would become no message", async () => {
    const app = await startFromYaml(DEV);
    for (const to of ["12", "+1555", "", "nobody"]) {
      const { status, json } = await inbox(app, "/api/test-message", JSON_POST({ to }));
      expect({ to, status, json }).toMatchObject({ to, status: 400, json: { detail: expect.stringMatching(/^to: /) } });
    }
    const { messages, refusals } = (await inbox(app, "/api/messages")).json;
    expect({ messages, refusals }).toEqual({ messages: [], refusals: [] });
  });

  test("of a wrong shape or size is refused", async () => {
    const app = await startFromYaml(DEV);
    const statuses = [];
    for (const body of [{ too: NUMBER }, { text: "" }, { text: "x".repeat(1_601) }, { text: "x".repeat(70_000) }]) {
      statuses.push((await inbox(app, "/api/test-message", JSON_POST(body))).status);
    }
    expect(statuses).toEqual([400, 400, 400, 413]);
    const form = { method: "POST", body: new URLSearchParams({ to: NUMBER }) };
    expect((await inbox(app, "/api/test-message", form)).status).toBe(415);
    expect((await inbox(app, "/api/test-message", { ...JSON_POST({}), body: "{" })).status).toBe(400);
    expect((await inbox(app, "/api/test-message", { method: "POST" })).status).toBe(415);
    expect(app.log()).not.toContain("a bug in the gateway");
    expect((await inbox(app, "/api/messages")).json.messages).toEqual([]);
  });
});
