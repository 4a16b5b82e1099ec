import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "../../src/values/secret.ts";
import { capture } from "./events.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";

let open: ServedInbox;
let locked: ServedInbox;
beforeAll(async () => {
  open = await serveInbox({ allowedHosts: ["inbox", "Dev.Example.com:8026"] });
  locked = await serveInbox({ token: new Secret("let-me-in-please") });
});
afterAll(async () => {
  await open.close();
  await locked.close();
});

/** A raw request: `fetch` would not let a test lie about Host and Origin. */
async function call(
  inbox: ServedInbox,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const { port } = new URL(inbox.url);
    request({ host: "127.0.0.1", port, method, path, headers }, resolve).on("error", reject).end(body);
  });
  const chunks: Buffer[] = [];
  if (path === "/api/events") answer.destroy();
  else for await (const chunk of answer) chunks.push(chunk);
  return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() };
}

test.each([
  ["localhost", 200],
  ["localhost:8026", 200],
  ["LOCALHOST:1", 200],
  ["127.0.0.1:8026", 200],
  ["[::1]:8026", 200],
  ["inbox:9999", 200],
  ["dev.example.com", 200],
  ["evil.test", 421],
  ["evil.test:8026", 421],
  ["127.0.0.1.nip.io:8026", 421],
  ["localhost.evil.test", 421],
  ["localhost@evil.test", 400],
  ["evil.test:8026:8026", 400],
  ["127.0.0.2", 421],
  ["0.0.0.0", 421],
  ["::1", 400],
  [" ", 421],
])("Host: %s is answered with %d, by the page and by the API", async (host, status) => {
  for (const path of ["/", "/page.js", "/api/messages", "/openapi.json", "/nowhere"]) {
    const expected = path === "/nowhere" && status === 200 ? 404 : status;
    expect((await call(open, "GET", path, { host })).status).toBe(expected);
  }
});

const host = "localhost:8026";
const OWN = "http://localhost:8026";

test.each([
  ["a program", {}, 200],
  ["the page", { origin: OWN, "sec-fetch-site": "same-origin" }, 200],
  ["the page behind TLS", { origin: "https://localhost:8026" }, 200],
  ["the address bar", { "sec-fetch-site": "none" }, 200],
  ["another site", { origin: "https://evil.test", "sec-fetch-site": "cross-site" }, 403],
  ["another site in an old browser", { origin: "https://evil.test" }, 403],
  ["another port", { origin: "http://localhost:3000", "sec-fetch-site": "same-site" }, 403],
  ["another port that sends no Origin", { "sec-fetch-site": "same-site" }, 403],
  ["a sandboxed frame", { origin: "null" }, 403],
  ["an image of another site", { "sec-fetch-site": "cross-site" }, 403],
  ["another spelling of this machine", { origin: "http://127.0.0.1:8026" }, 403],
  ["an origin of another kind", { origin: "ftp://localhost:8026" }, 403],
  ["a longer origin", { origin: "http://localhost:8026.evil.test" }, 403],
  ["an unreadable origin", { origin: "http://" }, 403],
])(
  "a write, a code and the stream asked for by %s: %j gives %d",
  async (_name, headers: Record<string, string>, status) => {
    capture(open.mailbox.tell);
    const paths = [
      ["DELETE", "/api/messages?to=%2B4915511234567"],
      ["DELETE", "/api/messages/msg_nobody"],
      ["GET", "/api/codes/wait?to=%2B12025550143&timeout=0"],
      ["GET", "/api/events"],
    ] as const;
    for (const [method, path] of paths) {
      expect((await call(open, method, path, { host, ...headers })).status, path).toBe(status);
    }
  },
);

test.each(["POST", "PUT", "PATCH", "OPTIONS"])(
  "no other site gets through with %s, and nothing allows it to",
  async (method) => {
    const answer = await call(open, method, "/api/messages", { host, origin: "https://evil.test" });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  },
);

test.each([
  "/",
  "/page.js",
  "/page.css",
  "/api/messages",
  "/api/messages/msg_nobody",
  "/api/events",
  "/openapi.json",
  "/nowhere",
])("%s carries every protecting header, refused or not", async (path) => {
  for (const name of [host, "evil.test"]) {
    const { headers } = await call(open, "GET", path, { host: name });
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    for (const rule of CSP) expect(headers["content-security-policy"]).toContain(rule);
    expect(headers["content-security-policy"]).not.toContain("unsafe");
  }
});

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
];

test.each(["/", "/page.js", "/api/messages", "/api/events", "/openapi.json", "/nowhere"])(
  "with a token, %s is closed to whoever has none or a wrong one",
  async (path) => {
    for (const headers of [
      {},
      { authorization: "Bearer wrong" },
      { authorization: "Bearer let-me-in-pleas" },
      { authorization: "Basic bGV0LW1lLWluLXBsZWFzZQ==" },
      { cookie: "kratos_sms_inbox=let-me-in-please" },
      { cookie: "kratos_sms_inbox=" },
    ] as Record<string, string>[]) {
      const answer = await call(locked, "GET", path, { host, ...headers });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
      expect(answer.text).not.toContain("let-me-in");
    }
  },
);

test("the token opens as a bearer; in the address it is changed for a cookie once and leaves the address", async () => {
  expect((await call(locked, "GET", "/api/messages", { host, authorization: "Bearer let-me-in-please" })).status).toBe(
    200,
  );
  const first = await call(locked, "GET", "/?q=1&token=let-me-in-please", { host });
  expect(first).toMatchObject({ status: 303, headers: { location: "/?q=1" } });
  const [cookie = ""] = first.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(/; HttpOnly/);
  expect(cookie).toMatch(/; SameSite=Strict/);
  expect(cookie).not.toContain("let-me-in");
  const jar = { cookie: cookie.split(";")[0] ?? "" };
  expect((await call(locked, "GET", "/", { host, ...jar })).status).toBe(200);
  expect(await call(locked, "GET", "/?token=let-me-in-please", { host, ...jar })).toMatchObject({
    status: 303,
    headers: { location: "/" },
  });
  expect((await call(locked, "DELETE", "/api/messages", { host, ...jar, origin: "https://evil.test" })).status).toBe(
    403,
  );
  expect((await call(locked, "GET", "/?token=wrong", { host })).status).toBe(401);
  expect((await call(locked, "DELETE", "/api/messages?token=let-me-in-please", { host })).status).toBe(401);
  const elsewhere = await call(locked, "GET", "//evil.test/?token=let-me-in-please", { host });
  expect(elsewhere.headers.location).toBe("/evil.test/");
});

const WRITE = { "content-type": "application/json" };

test.each<[name: string, headers: Record<string, string>, status: number]>([
  ["a program", WRITE, 404],
  ["the page", { ...WRITE, origin: OWN, "sec-fetch-site": "same-origin" }, 404],
  ["a form of another site", { "content-type": "application/x-www-form-urlencoded", origin: "https://evil.test" }, 403],
  ["a form of another site in a browser that hides it", { "content-type": "text/plain", origin: "null" }, 403],
  ["a form that says nothing of itself", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ["plain text that is JSON inside", { "content-type": "text/plain" }, 415],
  ["another site", { ...WRITE, origin: "https://evil.test", "sec-fetch-site": "cross-site" }, 403],
  ["another port", { ...WRITE, origin: "http://localhost:3000", "sec-fetch-site": "same-site" }, 403],
  ["a rebound name", { ...WRITE, host: "evil.test", origin: "http://evil.test" }, 421],
  ["a name that resolves to this machine", { ...WRITE, host: "127.0.0.1.nip.io:8026" }, 421],
])("a test message asked for by %s: %j gives %d", async (_name, headers, status) => {
  // Nothing posts to a courier here: who gets through finds no such call.
  expect((await call(open, "POST", "/api/test-message", { host, ...headers }, "{}")).status).toBe(status);
});
