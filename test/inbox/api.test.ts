import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { arrive, capture, message, rawRequest, settle } from "./events.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";

let inbox: ServedInbox;
beforeAll(async () => {
  inbox = await serveInbox();
});
afterAll(() => inbox.close());
beforeEach(() => {
  inbox.mailbox.remove({});
});

const TO = "to=%2B12025550143";

async function call(path: string, init?: RequestInit) {
  const response = await fetch(inbox.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === "" ? undefined : JSON.parse(text) };
}

describe("messages", () => {
  test("are listed newest first, page by page, to the end", async () => {
    const ids = Array.from({ length: 5 }, () => capture(inbox.mailbox.tell).id).reverse();
    const seen: string[] = [];
    for (let before = ""; seen.length < 10; ) {
      const { json } = await call(`/api/messages?limit=2${before}`);
      if (json.messages.length === 0) break;
      seen.push(...json.messages.map(({ id }: { id: string }) => id));
      before = `&before=${json.cursor}`;
    }
    expect(seen).toEqual(ids);
    expect((await call(`/api/messages?before=${ids[3]}`)).json.messages).toMatchObject([{ id: ids[4] }]);
  });

  test("a list's cursor, passed as since, waits for what comes after the list", async () => {
    capture(inbox.mailbox.tell, { code: "111111" });
    capture(inbox.mailbox.tell, { code: "222222" });
    const { json } = await call("/api/messages?limit=1");
    expect((await call(`/api/codes/wait?${TO}&timeout=0&since=${json.cursor}`)).status).toBe(204);
    capture(inbox.mailbox.tell, { code: "333333" });
    expect((await call(`/api/codes/wait?${TO}&since=${json.cursor}`)).json).toMatchObject({ code: "333333" });
  });

  test("show to, text, code and its source, template, segments, decision, attempts and the raw request", async () => {
    const sms = message();
    arrive(inbox.mailbox.tell, sms, '{"recipient":"+12025550143"}');
    settle(inbox.mailbox.tell, sms);
    expect((await call(`/api/messages/${sms.id}`)).json).toMatchObject({
      id: sms.id,
      receivedAt: "2026-11-21T12:04:31.000Z",
      to: "+12025550143",
      text: "Your login code is: 482913",
      code: "482913",
      codeSource: "text",
      template: "login_code_valid",
      outcome: "captured",
      provider: "twilio-main",
      sender: "twilio-main-sender",
      segments: { encoding: "GSM-7", count: 1 },
      decision: { route: "default", candidates: [{ provider: "twilio-main", sender: "twilio-main-sender" }, {}] },
      attempts: [{ provider: "twilio-main", outcome: "captured", durationMs: 3 }],
      request: {
        method: "POST",
        path: "/courier/sms",
        headers: { authorization: "[masked]" },
        body: '{"recipient":"+12025550143"}',
      },
    });
    expect((await call("/api/messages/msg_nobody")).status).toBe(404);
  });

  test("are found by search", async () => {
    capture(inbox.mailbox.tell, { to: "+4915511234567", country: "DE" });
    capture(inbox.mailbox.tell);
    expect((await call("/api/messages?q=country%3ADE%20-is:failed")).json.messages).toMatchObject([
      { to: "+4915511234567" },
    ]);
  });

  test("are deleted by number, one by one and all, and refused requests with all", async () => {
    const tell = inbox.mailbox.tell;
    for (const to of ["+4915511234567", "+4915511234567", "+12025550143", "+12025550143"]) capture(tell, { to });
    tell({ type: "refused", outcome: "unauthorized", status: 401, reason: "no known API key", request: rawRequest() });
    expect((await call("/api/messages?to=+49 155 11234567", { method: "DELETE" })).json).toEqual({ deleted: 2 });
    const { json } = await call("/api/messages");
    expect(json.refusals).toMatchObject([{ status: 401, outcome: "unauthorized" }]);
    expect((await call(`/api/messages/${json.messages[0].id}`, { method: "DELETE" })).json).toEqual({ deleted: 1 });
    expect((await call("/api/messages/msg_nobody", { method: "DELETE" })).json).toEqual({ deleted: 0 });
    expect((await call("/api/messages", { method: "DELETE" })).json).toEqual({ deleted: 1 });
    expect((await call("/api/messages")).json).toMatchObject({ messages: [], refusals: [] });
  });
});

describe("codes", () => {
  test.each([
    ["an encoded plus", "%2B12025550143"],
    ["a plus", "+12025550143"],
    ["an encoded space for the plus", "%2012025550143"],
    ["spaces", "%2B1%20202%20555%200143"],
    ["a plus and punctuation", "+1%20(202)%20555-0143"],
    ["full-width digits", encodeURIComponent("＋１２０２５５５０１４３")],
    ["a zero-width space", encodeURIComponent("+1202\u200b5550143").replace("%E2%80%8B", "%E2%80%8E")],
  ])("are found by a number written with %s", async (_name, to) => {
    const { id } = capture(inbox.mailbox.tell);
    expect((await call(`/api/codes/latest?to=${to}`)).json).toMatchObject({
      code: "482913",
      to: "+12025550143",
      messageId: id,
    });
    expect((await call(`/api/codes/wait?to=${to}`)).json).toMatchObject({ code: "482913", messageId: id });
  });

  test("say code, to, template, message and cursor", async () => {
    const { id } = capture(inbox.mailbox.tell);
    const { json } = await call(`/api/codes/wait?${TO}&since=0&template=login_code_valid`);
    const cursor = (await call("/api/cursor")).json.cursor;
    expect(json).toEqual({ code: "482913", to: "+12025550143", template: "login_code_valid", messageId: id, cursor });
  });

  test("that do not exist are 404 as the latest, and 204 with a cursor after a wait", async () => {
    expect((await call(`/api/codes/latest?${TO}`)).status).toBe(404);
    const answer = await call(`/api/codes/wait?${TO}&timeout=20ms`);
    expect(answer).toMatchObject({ status: 204, text: "" });
    expect(answer.headers.get("x-inbox-cursor")).toBe((await call("/api/cursor")).json.cursor);
  });

  test("are not consumed without asking, and once with asking", async () => {
    capture(inbox.mailbox.tell);
    expect((await call(`/api/codes/wait?${TO}&timeout=0`)).status).toBe(200);
    expect((await call(`/api/codes/wait?${TO}&timeout=0&consume=1`)).status).toBe(200);
    expect((await call(`/api/codes/wait?${TO}&timeout=0&since=0`)).status).toBe(204);
    expect((await call("/api/messages")).json.messages).toMatchObject([{ consumed: true }]);
  });

  test("a wait whose client has left is freed", async () => {
    const client = new AbortController();
    const waiting = call(`/api/codes/wait?${TO}&timeout=60`, { signal: client.signal }).catch(() => "left");
    await until(() => inbox.mailbox.waits().length === 1);
    client.abort();
    expect(await waiting).toBe("left");
    await until(() => inbox.mailbox.waits().length === 0);
  });

  test.each(["120", "61s", "2m", "60.001", "999999999d"])("a wait of %s is refused with the limit", async (wish) => {
    capture(inbox.mailbox.tell);
    const { status, json } = await call(`/api/codes/wait?${TO}&timeout=${wish}`);
    expect([status, json.detail]).toEqual([400, expect.stringMatching(/timeout: .*at most 60s.*X-Inbox-Cursor/)]);
  });

  test.each([
    ["", 10_000],
    ["&timeout=10", 10_000],
    ["&timeout=10s", 10_000],
    ["&timeout=1500ms", 1_500],
    ["&timeout=0.5", 500],
    ["&timeout=1m", 60_000],
  ])("a wait with %j lasts %d ms", async (timeout, ms) => {
    const clock = createVirtualClock();
    const own = await serveInbox({ clock });
    const answer = fetch(`${own.url}/api/codes/wait?${TO}${timeout}`);
    await until(() => own.mailbox.waits().length === 1);
    await clock.advance(ms - 1);
    expect(own.mailbox.waits().length).toBe(1);
    await clock.advance(1);
    expect((await answer).status).toBe(204);
    await own.close();
  });

  test("one wait too many is 503", async () => {
    const own = await serveInbox({}, { maxWaits: 1 });
    const first = fetch(`${own.url}/api/codes/wait?${TO}`);
    await until(() => own.mailbox.waits().length === 1);
    const second = await fetch(`${own.url}/api/codes/wait?${TO}`);
    expect(second.status).toBe(503);
    expect(second.headers.get("content-type")).toBe("application/problem+json");
    own.mailbox.close();
    expect((await first).status).toBe(204);
    await own.close();
  });
});

describe("a wrong parameter", () => {
  test.each([
    ["GET", "/api/codes/wait", "to"],
    ["GET", "/api/codes/wait?to=", "to"],
    ["GET", "/api/codes/wait?to=12025550143", "to"],
    ["GET", "/api/codes/wait?to=%2B1202555", "to"],
    ["GET", `/api/codes/wait?${TO}&${TO}`, "to"],
    ["GET", `/api/codes/wait?${TO}&timeout=ten`, "timeout"],
    ["GET", `/api/codes/wait?${TO}&timeout=-1`, "timeout"],
    ["GET", `/api/codes/wait?${TO}&timeout=`, "timeout"],
    ["GET", `/api/codes/wait?${TO}&since=yesterday`, "since"],
    ["GET", `/api/codes/wait?${TO}&since=-1`, "since"],
    ["GET", `/api/codes/wait?${TO}&consume=yes`, "consume"],
    ["GET", "/api/codes/latest", "to"],
    ["GET", "/api/messages?limit=0", "limit"],
    ["GET", "/api/messages?limit=many", "limit"],
    ["GET", "/api/messages?q=is:bogus", "q"],
    ["GET", `/api/messages?q=${"x".repeat(501)}`, "q"],
    ["GET", "/api/messages?before=nobody", "before"],
    ["DELETE", "/api/messages?to=nobody", "to"],
    ["DELETE", "/api/messages?too=%2B12025550143", "too"],
  ])("%s %s is 400 and names %s and the way out", async (method, path, parameter) => {
    capture(inbox.mailbox.tell);
    const { status, headers, json } = await call(path, { method });
    expect({ status, parameter: json.parameter }).toEqual({ status: 400, parameter });
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(json.detail).toMatch(new RegExp(`^${parameter}: .*(write|give|take|know|at most|leave)`));
    expect(json.detail).not.toContain("nobody");
    expect(inbox.mailbox.list()).toHaveLength(1);
  });
});

test("a cursor from the future, of another inbox, waits for what comes next here", async () => {
  const waiting = call(`/api/codes/wait?${TO}&since=9007199254740991`);
  await until(() => inbox.mailbox.waits().length === 1);
  capture(inbox.mailbox.tell);
  expect((await waiting).json).toMatchObject({ code: "482913" });
});

test("hostile names and texts come back as they are, in JSON and in escaped HTML", async () => {
  const hostile = `</script><img src=x onerror=alert(1)>"'\u2028\u0000\ud800`;
  const { id } = capture(inbox.mailbox.tell, { text: hostile, template: hostile });
  expect((await call(`/api/messages/${id}`)).json).toMatchObject({ text: hostile, template: hostile });
  const page = await (await fetch(inbox.url)).text();
  expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(page).not.toContain("<img");
});

test.each(["/api/events", `/api/codes/wait?${TO}`])("HEAD %s neither waits nor stays open", async (path) => {
  expect((await fetch(inbox.url + path, { method: "HEAD" })).status).toBe(405);
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
