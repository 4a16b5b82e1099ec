import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RunningApp } from "../src/app.ts";
import { startRedisServer } from "./helpers/redis-server.ts";
import { FREE_LISTENERS as LISTEN, startFromYaml as start } from "./helpers/running-app.ts";
import { plivoDialect } from "./helpers/vendor-plivo.ts";
import { type Dialect, hang, startVendor, type Vendor } from "./helpers/vendor-server.ts";
import { snsDialect } from "./helpers/vendor-sns.ts";
import { twilioDialect } from "./helpers/vendor-twilio.ts";

const NUMBER = "+4915735990123";
async function vendor(dialect: Dialect, accounts: Record<string, string>): Promise<Vendor> {
  const started = await startVendor(dialect, accounts);
  onTestFinished(() => started.close());
  return started;
}

/** Dev in the file's own words would be captured; these tests say live and name stand-ins on this machine. */
async function live(chain: string[], drainDelayMs = 0, more = "") {
  const twilio = await vendor(twilioDialect, { AC0: "token-twilio" });
  const plivo = await vendor(plivoDialect, { MAXXX: "token-plivo" });
  const sns = await vendor(snsDialect, { AKIAXXX: "secret-sns" });
  const app = await start(
    `
mode: live
${LISTEN}
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: token-twilio, sender: { default: { from: "+14155550101" } }, baseUrl: "${twilio.origin}" }
  plivo-main: { type: plivo, authId: MAXXX, authToken: token-plivo, sender: { default: { from: "+14155550101" } }, baseUrl: "${plivo.origin}" }
  sns-eu: { type: sns, region: eu-central-1, accessKeyId: AKIAXXX, secretAccessKey: secret-sns, sender: { default: { senderId: ACME } }, baseUrl: "${sns.origin}" }
routes: [{ name: default, chain: [${chain.join(", ")}] }]
destinations: { countries: [DE] }
failover: { attemptTimeout: 500ms }
${more}
`,
    drainDelayMs,
  );
  return { app, vendors: { "twilio-main": twilio, "plivo-main": plivo, "sns-eu": sns } };
}

function post(app: RunningApp, code: string, headers: Record<string, string> = {}, to = NUMBER): Promise<Response> {
  const body = JSON.stringify({
    recipient: to,
    body: `Your login code is: ${code}\n`,
    template_type: "login_code_valid",
    template_data: { login_code: code },
  });
  return fetch(`${app.urls.gateway}/courier/sms`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "key-of-kratos", ...headers },
    body,
  });
}

describe("live mode", () => {
  it.each(["twilio-main", "plivo-main", "sns-eu"] as const)(
    "sends each message to %s in exactly one correct request",
    async (first) => {
      const { app, vendors } = await live([first]);
      for (const code of ["482913", "000111", "739210"]) {
        const answer = await post(app, code);
        expect([answer.status, answer.headers.get("x-outcome")]).toEqual([200, "sent"]);
      }
      expect(vendors[first].requests).toHaveLength(3);
      expect(vendors[first].accepted.map(({ text }) => text)).toEqual(
        ["482913", "000111", "739210"].map((code) => `Your login code is: ${code}`),
      );
      expect(new Set(vendors[first].accepted.map(({ to }) => to.replace(/^\+/, "")))).toEqual(
        new Set([NUMBER.slice(1)]),
      );
    },
  );

  it("sends a repeated message once", async () => {
    const { app, vendors } = await live(["twilio-main"]);
    const first = await post(app, "482913");
    const second = await post(app, "482913");
    expect(second.headers.get("x-outcome")).toBe("duplicate");
    expect(second.headers.get("x-message-id")).toBe(first.headers.get("x-message-id"));
    expect(vendors["twilio-main"].requests).toHaveLength(1);
  });

  it("goes on to the next vendor when one refuses, one is silent", async () => {
    const { app, vendors } = await live(["twilio-main", "plivo-main", "sns-eu"]);
    vendors["twilio-main"].replyWith(twilioDialect.refused(401));
    vendors["plivo-main"].replyWith(hang);
    const answer = await post(app, "482913", { accept: "application/json" });
    expect(await answer.json()).toMatchObject({ outcome: "sent", provider: "sns-eu" });
    expect(Object.values(vendors).map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
  });

  it("says 503 when nobody can, and sends it when Kratos asks again", async () => {
    const { app, vendors } = await live(["twilio-main"]);
    vendors["twilio-main"].replyWith(twilioDialect.refused(429, 20429));
    expect((await post(app, "482913")).status).toBe(503);
    vendors["twilio-main"].replyWith();
    expect((await post(app, "482913")).headers.get("x-outcome")).toBe("sent");
  });

  it("enforces the country list, opens no inbox and lets nobody in without the key", async () => {
    const { app, vendors } = await live(["twilio-main"]);
    expect((await post(app, "482913", {}, "+33612345678")).headers.get("x-outcome")).toBe("rejected");
    expect((await post(app, "482913", { "x-api-key": "wrong" })).status).toBe(401);
    expect(app.urls.inbox).toBeUndefined();
    expect(vendors["twilio-main"].requests).toHaveLength(0);
  });

  it("lets no number, code or secret into log, metrics or answers, whatever happens", async () => {
    const { app, vendors } = await live(["twilio-main", "plivo-main"]);
    let answers = "";
    for (const reply of [undefined, twilioDialect.refused(400, 21211), twilioDialect.refused(500), hang]) {
      vendors["twilio-main"].replyWith(reply);
      const answer = await post(app, `48291${answers.length % 10}`, { accept: "*/*" });
      answers += JSON.stringify([...answer.headers]) + (await answer.text());
    }
    answers += await (await post(app, "482913", { "x-api-key": "key-of-nobody" })).text();
    answers += await (await fetch(`${app.urls.ops}/metrics`)).text();
    const everything = app.log() + answers;
    expect(everything).not.toMatch(/15735990123|5112345678|48291\d|key-of-|token-|secret-sns|login code/);
    expect(app.log().split("\n").length).toBeGreaterThan(4);
  });
});

describe("live mode with an inbox beside it", () => {
  const REVIEWER = "+15005550006";

  async function besideLive() {
    const plivo = await vendor(plivoDialect, { MAXXX: "token-plivo" });
    const app = await start(`
mode: live
${LISTEN.replace("inbox: { port: 0 }", "inbox: { port: 0, besideLive: true }")}
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
providers:
  plivo-main: { type: plivo, authId: MAXXX, authToken: token-plivo, sender: { default: { from: "+14155550101" } }, baseUrl: "${plivo.origin}" }
  box: { type: inbox }
routes:
  - { name: reviewers, match: { recipient: ["${REVIEWER}"] }, chain: [box] }
  - { name: default, chain: [plivo-main] }
destinations: { countries: [DE], exempt: ["${REVIEWER}"] }
limits: { perNumber: { max: 2, per: 1h } }
`);
    const inbox = async (path: string) => fetch(`${app.urls.inbox}/api${path}`);
    return { app, plivo, inbox };
  }

  it("captures what is for an exempt number, whatever country and limits say, and sends the rest", async () => {
    const { app, plivo, inbox } = await besideLive();
    for (const code of ["482913", "482914", "482915"]) {
      const answer = await post(app, code, {}, REVIEWER);
      expect([answer.status, answer.headers.get("x-outcome")]).toEqual([200, "captured"]);
      const latest = await inbox(`/codes/wait?to=${encodeURIComponent(REVIEWER)}&timeout=1&consume=1`);
      expect(await latest.json()).toMatchObject({ code, to: REVIEWER });
    }
    expect(plivo.requests).toHaveLength(0);
    expect((await post(app, "739210")).headers.get("x-outcome")).toBe("sent");
    expect(plivo.accepted).toHaveLength(1);
  });

  it("shows of the others what became of them: no code, no text, no number", async () => {
    const { app, inbox } = await besideLive();
    await post(app, "739210");
    await post(app, "739210", { "content-type": "text/plain" });
    const list = (await (await inbox("/messages")).json()) as { messages: { id: string; outcome: string }[] };
    expect(list.messages).toMatchObject([{ outcome: "sent", to: "************23", provider: "plivo-main" }]);
    const detail = await (await inbox(`/messages/${list.messages[0]?.id}`)).text();
    const page = await (await fetch(`${app.urls.inbox}/`)).text();
    expect(JSON.stringify(list) + detail).not.toMatch(/login code/);
    expect(JSON.stringify(list) + detail + page).not.toMatch(/739210|15735990123/);
    const search = new URLSearchParams({ to: NUMBER, since: "0", timeout: "0" });
    expect((await inbox(`/codes/wait?${search}`)).status).toBe(204);
  });
});

describe("dev mode", () => {
  it("constructs no vendor, whatever the file says: the inbox takes the message under the vendor's name", async () => {
    const twilio = await vendor(twilioDialect, { AC0: "t" });
    const app = await start(`
mode: dev
${LISTEN}
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: t, sender: { default: { from: "+14155550101" } }, baseUrl: "${twilio.origin}" }
`);
    const answer = await post(app, "482913", { accept: "*/*" });
    expect(await answer.json()).toMatchObject({ outcome: "captured", provider: "twilio-main" });
    expect(twilio.connections()).toBe(0);
    const waited = await fetch(`${app.urls.inbox}/api/codes/wait?to=${encodeURIComponent(NUMBER)}&timeout=5`);
    expect(await waited.json()).toMatchObject({ code: "482913", to: NUMBER, template: "login_code_valid" });
  });
});

describe("speed", () => {
  it("takes half of all messages to the inbox within a few round trips of a bare server", async () => {
    const app = await start(`mode: dev\n${LISTEN}`);
    const bare = createHttpServer((_, response) => response.end());
    await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void bare.close());
    const bareUrl = `http://127.0.0.1:${(bare.address() as AddressInfo).port}`;
    const took = { bare: [] as number[], inbox: [] as number[] };
    const time = async (kind: keyof typeof took, request: () => Promise<Response>) => {
      const startedMs = performance.now();
      await (await request()).arrayBuffer();
      took[kind].push(performance.now() - startedMs);
    };
    // By turns, so that whatever else the machine does meets both alike.
    for (let index = 0; index < 200; index++) {
      await time("bare", () => fetch(bareUrl, { method: "POST", body: "{}" }));
      await time("inbox", () => post(app, String(100_000 + index)));
    }
    const half = (values: number[]) => values.sort((a, b) => a - b)[100] ?? 0;
    expect(half(took.inbox) / half(took.bare)).toBeLessThan(8);
  });
});

describe("the listeners", () => {
  it("end the start with the port's number and variable when it is in use", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    await expect(
      start(`mode: dev\n${LISTEN.replace("ops: { host: 127.0.0.1, port: 0 }", `ops: { port: ${port} }`)}`),
    ).rejects.toThrow(`port ${port} on 127.0.0.1 is in use; choose another with OPS_PORT=…`);
  });

  it("answer every unknown path with a problem", async () => {
    const app = await start(`mode: dev\n${LISTEN}`);
    for (const url of [app.urls.gateway, app.urls.ops]) {
      const answer = await fetch(`${url}/nowhere`);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    }
  });

  it("say how often Redis was asked for a message, and for what", async () => {
    const redis = await startRedisServer();
    onTestFinished(redis.kill);
    const store = `secret: a-secret-of-the-gateway-for-tests\nstore: { type: redis, url: "${redis.url}" }`;
    const { app } = await live(["twilio-main"], 0, store);
    await post(app, "482913");
    const counts = async () => {
      const text = await (await fetch(`${app.urls.ops}/metrics`)).text();
      return text.split("\n").filter((line) => line.startsWith("sms_store_duration_seconds_count"));
    };
    // The answer does not wait for the end of the claim.
    await expect
      .poll(counts)
      .toEqual(["admit", "settle"].map((name) => `sms_store_duration_seconds_count{operation="${name}"} 1`));
  });

  it("serve health and metrics", async () => {
    const app = await start(`mode: dev\n${LISTEN}`);
    expect((await fetch(`${app.urls.ops}/livez`)).status).toBe(200);
    expect((await fetch(`${app.urls.ops}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${app.urls.ops}/metrics`)).text()).toContain("# TYPE sms_messages_total counter");
  });

  it("finish what started when they are told to end, and then take nothing more", async () => {
    const { app, vendors } = await live(["twilio-main"], 300);
    vendors["twilio-main"].replyWith(hang);
    const running = post(app, "482913", { accept: "*/*" });
    while (vendors["twilio-main"].requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const ended = app.drain();
    const [probe, last] = [await fetch(`${app.urls.ops}/readyz`), await running];
    expect(probe.status).toBe(503);
    expect([probe, last].map(({ headers }) => headers.get("connection"))).toEqual(["close", "close"]);
    expect(await last.json()).toMatchObject({ outcome: "ambiguous" });
    await ended;
    await expect(post(app, "482914")).rejects.toThrow();
  });

  it("end at once though a page is open, a test waits for a code and a browser connected ahead of time", async () => {
    const app = await start(`mode: dev\n${LISTEN}`);
    const inbox = new URL(app.urls.inbox ?? "");
    const open = (request: string) =>
      new Promise<Socket>((resolve) => {
        const socket = connect(Number(inbox.port), inbox.hostname, () => {
          socket.write(request);
          if (request === "") resolve(socket);
        });
        socket.once("data", () => resolve(socket));
        onTestFinished(() => void socket.destroy());
      });
    const head = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const sockets = [await open(head("/api/events")), await open(head("/")), await open("")];
    const wait = fetch(`${app.urls.inbox}/api/codes/wait?to=${encodeURIComponent(NUMBER)}&timeout=60`);
    await fetch(`${app.urls.inbox}/api/cursor`);
    const startedMs = performance.now();
    await app.drain();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect((await wait).status).toBe(204);
    expect(sockets).toHaveLength(3);
  });

  it("keep an idle connection longer than Kratos does", async () => {
    const app = await start(`mode: dev\n${LISTEN}`);
    const answer = await fetch(`${app.urls.gateway}/nowhere`);
    expect(answer.headers.get("keep-alive")).toBe("timeout=100");
  });

  it("tell a connection problem by the variable that mends it", async () => {
    await expect(
      start(
        `mode: dev\n${LISTEN.replace("host: 127.0.0.1, port: 0 }\nops", "host: no-such-host.invalid, port: 0 }\nops")}`,
      ),
    ).rejects.toThrow(/HOST=/);
  });
});
