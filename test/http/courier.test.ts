import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createAuthenticate } from "../../src/http/auth.ts";
import { type CourierParts, createCourier } from "../../src/http/courier.ts";
import type { GatewayEvent } from "../../src/sms/event.ts";
import type { Message } from "../../src/sms/message.ts";
import type { OutcomeName } from "../../src/sms/outcome.ts";
import { Secret } from "../../src/values/secret.ts";
import { countingRandom } from "../helpers/dispatch-bench.ts";
import { listenOn } from "../helpers/listen.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const CODE = "482913";
const NUMBER = "+4915735990123";
const context = {
  recipient: NUMBER,
  body: `Your login code is: ${CODE}\n`,
  template_type: "login_code_valid",
  template_data: { login_code: CODE },
  message_type: "sms",
};

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  onUsedConnection: boolean;
}

/** A caller that sends the headers it is told and no other, as Kratos' does without Accept. */
function post(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
  method = "POST",
  agent?: Agent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/courier/sms`, {
      method,
      ...(agent && { agent }),
      headers: { "content-type": "application/json", ...headers },
    });
    request.on("error", reject);
    request.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      const { statusCode = 0, headers: answered } = response;
      resolve({ status: statusCode, headers: answered, body: text, onUsedConnection: request.reusedSocket });
    });
    request.end(body);
  });
}

/** A connection that says exactly this; `answers` holds what came back. */
function say(url: string, ...lines: string[]) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const answers = { text: "", isClosed: false };
  socket.on("data", (data) => {
    answers.text += data;
  });
  socket.on("close", () => {
    answers.isClosed = true;
  });
  socket.write(lines.join("\r\n"));
  return { socket, answers };
}

const REQUEST_LINES = ["POST /courier/sms HTTP/1.1", "host: x"];

async function gateway(
  outcome: OutcomeName = "sent",
  keys: string[] = [],
  changes: Partial<CourierParts> = {},
  reason = "",
) {
  const events: GatewayEvent[] = [];
  const dispatched: Message[] = [];
  const clock = createVirtualClock();
  const app = createCourier({
    dispatch: async (message) => {
      dispatched.push(message);
      return { name: outcome, messageId: message.id, provider: "twilio-main", ...(reason && { reason }), attempts: [] };
    },
    ...(keys.length > 0 && {
      authenticate: createAuthenticate(keys.map((key, index) => ({ id: `id-${index}`, secret: new Secret(key) }))),
    }),
    rejectLimited: false,
    ...changes,
    clock,
    random: countingRandom(),
    tell: (event) => events.push(event),
  });
  return { url: await listenOn(app, clock), events, dispatched, clock };
}

describe("POST /courier/sms", () => {
  it.each<[shape: string, body: object, method: string]>([
    ["the bare context", context, "POST"],
    ["the wrapped context", { ctx: context }, "POST"],
    ["a PUT", { ctx: context }, "PUT"],
    ["the minimal form", { to: NUMBER, body: context.body }, "POST"],
  ])("takes %s", async (_, body, method) => {
    const { url, dispatched } = await gateway();
    const answer = await post(url, JSON.stringify(body), {}, method);
    expect(answer.status).toBe(200);
    expect(dispatched[0]).toMatchObject({ to: NUMBER, code: { value: CODE } });
  });

  it("takes a body in chunks", async () => {
    const { url, dispatched } = await gateway();
    const answer = await post(url, JSON.stringify(context), { "transfer-encoding": "chunked" });
    expect(answer.status).toBe(200);
    expect(dispatched).toHaveLength(1);
  });

  it.each([
    ["usual", {}],
    ["chunked", { "transfer-encoding": "chunked" }],
  ])("answers with 500 when a bug ends a %s request, and tells of it", async (_, headers) => {
    const bug = new Error("a bug");
    const { url, events } = await gateway("sent", [], { dispatch: () => Promise.reject(bug) });
    const answer = await post(url, JSON.stringify(context), headers);
    expect(answer).toMatchObject({ status: 500, headers: { "content-type": "application/problem+json" } });
    expect(answer.body).not.toContain('a bug"');
    expect(events).toContainEqual({ type: "broken", error: bug });
  });

  it.each([
    ["of a known length", "content-length: 100"],
    ["in chunks", "transfer-encoding: chunked"],
  ])("tells of a body %s that breaks off before its end, and sends nothing", async (_, header) => {
    const { url, events, dispatched } = await gateway();
    say(url, ...REQUEST_LINES, "content-type: application/json", header, "", "32", "{").socket.end();
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(events[0]).toMatchObject({ type: "refused", status: 400, reason: "body: broke off before its end" });
    expect(dispatched).toEqual([]);
  });

  it("waits half a second for the rest of a body that it refuses unread, and closes the connection then", async () => {
    const { url, clock } = await gateway("sent", ["key"]);
    const { answers } = say(url, ...REQUEST_LINES, "content-length: 100", "", "{");
    await vi.waitFor(() => expect(answers.text).toMatch(/^HTTP\/1.1 401 /));
    await vi.waitFor(() => expect(clock.sleepers()).toBe(1));
    await clock.advance(499);
    expect(answers.isClosed).toBe(false);
    await clock.advance(1);
    await vi.waitFor(() => expect(answers.isClosed).toBe(true));
  });

  it("keeps a connection on which that rest does come", async () => {
    const { url, clock } = await gateway("sent", ["key"]);
    const refused = [...REQUEST_LINES, "content-length: 4", "", "{"];
    const { socket, answers } = say(url, ...refused);
    await vi.waitFor(() => expect(clock.sleepers()).toBe(1));
    socket.write("123");
    await vi.waitFor(() => expect(clock.sleepers()).toBe(0));
    await clock.advance(1_000);
    socket.write([...refused, ""].join("\r\n"));
    await vi.waitFor(() => expect(answers.text.match(/HTTP\/1.1 401 /g)).toHaveLength(2));
    expect(answers.isClosed).toBe(false);
  });

  it.each<[what: string, lines: string[], status: number]>([
    ["two keys", ["authorization: Bearer key", "authorization: Bearer key", "content-type: application/json"], 401],
    ["two types", ["x-api-key: key", "content-type: application/json", "content-type: text/plain"], 415],
  ])("takes neither of %s, whatever tells how long the body is", async (_, lines, status) => {
    const { url, dispatched } = await gateway("sent", ["key"]);
    const body = JSON.stringify(context);
    const known = say(url, ...REQUEST_LINES, ...lines, `content-length: ${body.length}`, "", body);
    const size = body.length.toString(16);
    const chunked = say(url, ...REQUEST_LINES, ...lines, "transfer-encoding: chunked", "", size, body, "0", "", "");
    for (const { answers } of [known, chunked]) {
      await vi.waitFor(() => expect(answers.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `)));
    }
    expect(dispatched).toEqual([]);
  });

  it("tells that nobody was there any more to be answered", async () => {
    const { url, events } = await gateway("sent", [], {
      dispatch: async (message) => {
        socket.resetAndDestroy();
        // What comes later is answered later: by then the server knows.
        await post(url, "{");
        return { name: "sent", messageId: message.id, attempts: [] };
      },
    });
    const body = JSON.stringify(context);
    const { socket } = say(
      url,
      ...REQUEST_LINES,
      "content-type: application/json",
      `content-length: ${body.length}`,
      "",
      body,
    );
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain("answered"));
    expect(events.at(-1)).toMatchObject({ type: "answered", answer: undefined });
  });

  it("leaves the connection usable when it refuses a request unread", async () => {
    const { url, dispatched } = await gateway("sent", ["key"]);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ends: [status: number, onUsedConnection: boolean][] = [];
    for (const key of ["wrong", "key", "wrong", "key"]) {
      const answer = await post(url, JSON.stringify(context), { "x-api-key": key }, "POST", agent);
      ends.push([answer.status, answer.onUsedConnection]);
    }
    agent.destroy();
    expect(ends).toEqual([
      [401, false],
      [200, true],
      [401, true],
      [200, true],
    ]);
    expect(dispatched).toHaveLength(2);
  });

  it("answers a caller without Accept with an empty body of a known length, so that Kratos can use the connection again", async () => {
    const { url } = await gateway();
    const { headers, body } = await post(url, JSON.stringify(context));
    expect(body).toBe("");
    expect(headers).toMatchObject({
      "content-length": "0",
      "x-outcome": "sent",
      "x-message-id": expect.stringMatching(/^msg_[0-9a-f]{24}$/),
    });
    expect(headers["transfer-encoding"]).toBeUndefined();
  });

  it.each([
    ["usual", {}],
    ["chunked", { "transfer-encoding": "chunked" }],
  ])("tells how long the answer to a %s request is", async (_, headers) => {
    const { url } = await gateway();
    const answer = await post(url, JSON.stringify(context), { accept: "*/*", ...headers });
    expect(answer.headers).toMatchObject({ "content-length": String(Buffer.byteLength(answer.body)) });
  });

  it("tells any other caller in JSON, without number, text or code", async () => {
    const { url } = await gateway();
    const { headers, body } = await post(url, JSON.stringify(context), { accept: "*/*" });
    expect(JSON.parse(body)).toEqual({ outcome: "sent", id: headers["x-message-id"], provider: "twilio-main" });
    expect(body.length).toBeLessThanOrEqual(512);
  });

  it.each<[outcome: OutcomeName, status: number]>([
    ["rejected", 200],
    ["suppressed", 429],
    ["failed", 503],
  ])("says why a message was %s to whoever reads the answer, with %i", async (outcome, status) => {
    const { url } = await gateway(outcome, [], { rejectLimited: true }, "our own short sentence");
    const answer = await post(url, JSON.stringify(context), { accept: "*/*" });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ outcome, reason: "our own short sentence" });
  });

  it("says why a number is none", async () => {
    const { url } = await gateway();
    const answer = await post(url, JSON.stringify({ to: "12", body: "Hello" }), { accept: "*/*" });
    expect(JSON.parse(answer.body)).toMatchObject({ outcome: "rejected", reason: expect.stringMatching(/\+|number/) });
  });

  it.each<[outcome: OutcomeName, status: number]>([
    ["sent", 200],
    ["captured", 200],
    ["duplicate", 200],
    ["suppressed", 200],
    ["rejected", 200],
    ["ambiguous", 200],
    ["failed", 503],
    ["shed", 503],
  ])("answers %s with %i and never with Retry-After", async (outcome, status) => {
    const { url } = await gateway(outcome);
    const answer = await post(url, JSON.stringify(context));
    expect(answer.status).toBe(status);
    expect(answer.headers["x-outcome"]).toBe(outcome);
    expect(answer.headers["retry-after"]).toBeUndefined();
    if (status === 503) expect(JSON.parse(answer.body)).toMatchObject({ status: 503, outcome });
  });

  it("answers a limited message with 429 where the operator wants that, still without Retry-After", async () => {
    const { url } = await gateway("suppressed", [], { rejectLimited: true });
    const answer = await post(url, JSON.stringify(context));
    expect([answer.status, answer.headers["x-outcome"], answer.headers["retry-after"]]).toEqual([
      429,
      "suppressed",
      undefined,
    ]);
  });

  it.each<[what: string, value: string | string[], clientIp: string | undefined]>([
    ["an address", ["203.0.113.7"], "203.0.113.7"],
    ["the last of a list, which the nearest proxy wrote", ["1.2.3.4, 203.0.113.7"], "203.0.113.7"],
    ["of IPv6 what one household has", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"],
    ["of short IPv6 the same", ["2001:db8::1"], "2001:db8:0:0::/64"],
    ["nothing from what is no address", ["unknown"], undefined],
  ])("takes from the named header %s", async (_, value, clientIp) => {
    const { url, dispatched } = await gateway("sent", [], { clientIpHeader: "true-client-ip" });
    await post(
      url,
      JSON.stringify({ ...context, request_headers: { "True-Client-Ip": value, "X-Forwarded-For": ["9.9.9.9"] } }),
    );
    expect(dispatched[0]?.clientIp).toBe(clientIp);
  });

  it("answers a message to no valid number with 200 rejected, since asking again cannot help", async () => {
    const { url, dispatched, events } = await gateway();
    const answer = await post(url, JSON.stringify({ ...context, recipient: "12345" }));
    expect(answer).toMatchObject({ status: 200, headers: { "x-outcome": "rejected" } });
    expect(dispatched).toEqual([]);
    expect(events).toMatchObject([{ type: "refused", outcome: "rejected" }]);
  });

  it.each<
    [
      what: string,
      status: number,
      body: string | Buffer,
      headers: Record<string, string>,
      method: string,
      detail: RegExp,
    ]
  >([
    ["something that is no JSON", 400, "{", {}, "POST", /JSON/],
    ["a body without recipient", 400, JSON.stringify({ body: "x" }), {}, "POST", /recipient/],
    [
      "an e-mail",
      400,
      JSON.stringify({ ...context, recipient: "a@b.example", message_type: "email" }),
      {},
      "POST",
      /mail/,
    ],
    ["a form", 415, "to=1", { "content-type": "application/x-www-form-urlencoded" }, "POST", /application\/json/],
    ["a compressed body", 415, "{}", { "content-encoding": "gzip" }, "POST", /uncompressed/],
    ["too much", 413, Buffer.alloc(256 * 1024 + 1, 32), {}, "POST", /256 KiB/],
    ["too much in chunks", 413, Buffer.alloc(300 * 1024, 32), { "transfer-encoding": "chunked" }, "POST", /256 KiB/],
    ["a DELETE", 405, "", {}, "DELETE", /POST or PUT/],
  ])("refuses %s with %i and says why", async (_, status, body, headers, method, detail) => {
    const { url, dispatched, events } = await gateway();
    const answer = await post(url, body, headers, method);
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(JSON.parse(answer.body)).toMatchObject({
      status,
      outcome: "invalid",
      detail: expect.stringMatching(detail),
    });
    expect(answer.body).not.toContain(CODE);
    expect(answer.body).not.toContain(NUMBER.slice(1));
    expect(dispatched).toEqual([]);
    expect(events).toMatchObject([{ type: "refused", outcome: "invalid", status }]);
  });

  it.each<[way: string, headers: Record<string, string>, status: number]>([
    ["X-API-Key", { "x-api-key": "key-new" }, 200],
    ["Authorization: Bearer", { authorization: "Bearer key-new" }, 200],
    ["the password of HTTP Basic", { authorization: `Basic ${Buffer.from("kratos:key-old").toString("base64")}` }, 200],
    ["nothing", {}, 401],
    ["an empty key", { "x-api-key": "" }, 401],
    ["a wrong key", { "x-api-key": "key-ne" }, 401],
    ["a longer key", { authorization: "Bearer key-new2" }, 401],
    [
      "the key as the user of HTTP Basic",
      { authorization: `Basic ${Buffer.from("key-new:x").toString("base64")}` },
      401,
    ],
    ["a key in another scheme", { authorization: "Digest key-new" }, 401],
  ])("with keys configured, %s gives the right status", async (_, headers, status) => {
    const { url, dispatched } = await gateway("sent", ["key-new", "key-old"]);
    const answer = await post(url, JSON.stringify(context), headers);
    expect(answer.status).toBe(status);
    expect(dispatched).toHaveLength(status === 200 ? 1 : 0);
    if (status === 401) expect(JSON.parse(answer.body).outcome).toBe("unauthorized");
  });

  it("hands on the caller's trace and masks its credentials in what it tells", async () => {
    const { url, dispatched, events } = await gateway("sent", ["key-new"]);
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await post(url, JSON.stringify(context), { traceparent, authorization: "Bearer key-new", cookie: "a=key-new" });
    expect(dispatched[0]?.traceparent).toBe(traceparent);
    expect(events.find(({ type }) => type === "received")).toMatchObject({
      request: { method: "POST", path: "/courier/sms" },
    });
    expect(JSON.stringify(events)).not.toContain("key-new");
  });
});
