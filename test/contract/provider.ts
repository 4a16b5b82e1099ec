import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createPreview } from "../../src/providers/preview.ts";
import type { Provider, Sms } from "../../src/providers/provider.ts";
import { createProvider, type ProviderOptions, providerOptions } from "../../src/providers/registry.ts";
import { createTransport, type Transport } from "../../src/providers/transport.ts";
import type { E164 } from "../../src/sms/e164.ts";
import type { SendResult } from "../../src/sms/send-result.ts";
import { systemClock } from "../../src/values/clock.ts";
import { findCanaries } from "../helpers/canaries.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { refuseConnections } from "../helpers/outgoing.ts";
import { certificate } from "../helpers/vendor-certificate.ts";
import { startProxy } from "../helpers/vendor-proxy.ts";
import {
  abortingAfter,
  cutInBody,
  type Dialect,
  garbage,
  hang,
  type Reply,
  reset,
  stallInBody,
  startVendor,
  type Vendor,
  type VendorAnswer,
} from "../helpers/vendor-server.ts";

/** One request that a vendor must get, down to the letter. */
export interface GoldenRequest {
  title: string;
  options?: Record<string, unknown>;
  sms?: Partial<Sms>;
  path: string;
  headers: Record<string, unknown>;
  /** The body as fields. */
  body: Record<string, unknown>;
}

/** An answer of the vendor and what it must be read as. */
export type ReadingRow = [title: string, answer: VendorAnswer, expected: Partial<SendResult>];

/** Everything in which one vendor differs from another. */
export interface ProviderContract {
  type: string;
  dialect: Dialect;
  /** What a live account needs, but for `baseUrl`. */
  options: Record<string, unknown>;
  /** A second account at the same vendor. */
  otherOptions: Record<string, unknown>;
  /** The accounts that the vendor knows, name → secret. */
  accounts: Record<string, string>;
  fieldsOf(body: string): Record<string, unknown>;
  golden: GoldenRequest[];
  /** The accepting answer without its message id. */
  withoutId: string;
  /** The vendor's own refusals. */
  readings: ReadingRow[];
  /** What a 403 without a known code means for this vendor. */
  forbidden: Partial<SendResult>;
}

const SMS: Sms = {
  attemptId: "att_0123456789abcdef",
  to: "+4915112345678" as E164,
  country: "DE",
  text: "Your code is 493817. {€} ~ [x] \\ 😀\nнет\n\n@example.com #493817",
};

/** No result, no provider and no options may ever show one of these. */
const PRIVATE = ["4915112345678", "15112345678", "493817", "Your code"];

/** One account at a stand-in, as `compose` would make it. */
interface Bench {
  vendor: Vendor;
  provider: Provider;
  options: ProviderOptions;
  send(sms?: Partial<Sms>, signal?: AbortSignal): Promise<SendResult>;
  providerWith(options: Record<string, unknown>, transport?: Transport): Promise<Provider>;
}

/** What every vendor's account must do, on real sockets. */
export function describeProvider(contract: ProviderContract): void {
  describe(`a ${contract.type} account`, () => {
    const bench = {} as Bench;
    const transport = createTransport({ clock: systemClock, bodyTimeoutMs: 80 });
    const effects = { transport, clock: systemClock };

    beforeAll(async () => {
      bench.vendor = await startVendor(contract.dialect, contract.accounts);
      bench.options = providerOptions.parse({ ...contract.options, baseUrl: bench.vendor.origin });
      bench.provider = await createProvider(`${contract.type}-main`, bench.options, effects);
      bench.send = (sms = {}, signal = AbortSignal.timeout(3_000)) => bench.provider.send({ ...SMS, ...sms }, signal);
      bench.providerWith = (options, other = transport) => {
        const parsed = providerOptions.parse({ ...contract.options, baseUrl: bench.vendor.origin, ...options });
        return createProvider("other", parsed, { ...effects, transport: other });
      };
    });
    beforeEach(() => {
      bench.vendor.replyWith();
      bench.vendor.requests.length = 0;
      bench.vendor.accepted.length = 0;
    });
    afterAll(async () => {
      bench.provider.close?.();
      await transport.close();
      await bench.vendor.close();
    });

    describeRequests(contract, bench);
    describeReadings(contract, bench);
    describeBrokenAnswers(contract, bench);
    describeFailures(contract, bench);
    describeSilence(contract, bench);
    describeCompany(contract, bench);
  });
}

function describeRequests(contract: ProviderContract, bench: Bench): void {
  it.each(contract.golden)("makes this one request: $title", async (golden) => {
    const provider = await bench.providerWith(golden.options ?? {});
    const result = await provider.send({ ...SMS, ...golden.sms }, AbortSignal.timeout(3_000));
    expect(result).toEqual({ outcome: "sent", providerMessageId: "id-1" });
    expect(bench.vendor.requests).toHaveLength(1);
    const [request] = bench.vendor.requests;
    expect(request).toMatchObject({ method: "POST", path: golden.path, headers: golden.headers });
    expect(contract.fieldsOf(request?.body ?? "")).toEqual(golden.body);
  });

  it.each(contract.golden)("previews this request without its secrets and makes none: $title", async (golden) => {
    const options = providerOptions.parse({ ...contract.options, ...golden.options });
    const { begun } = refuseConnections();
    const preview = createPreview(() => ({ main: options }), systemClock);
    const payload = await preview("main", { ...SMS, ...golden.sms, receivedAt: Date.now() });
    expect(payload?.method).toBe("POST");
    expect(new URL(payload?.url ?? "").pathname).toBe(golden.path);
    expect(contract.fieldsOf(payload?.body ?? "")).toEqual(golden.body);
    const { authorization = "", ...headers } = lowerCased(payload?.headers);
    expect(authorization).toMatch(/^[\w-]+ \[masked\]$/);
    const { authorization: _, ...goldenHeaders } = golden.headers;
    expect(headers).toMatchObject(goldenHeaders);
    expect(findCanaries(JSON.stringify(payload), { codes: [], secrets: Object.values(contract.accounts) })).toEqual([]);
    expect(begun()).toBe(0);
  });

  it.each([
    ["the GSM alphabet's extension", "^{}\\[~]|€"],
    ["UCS-2", "Ваш код 493817"],
    ["emoji", "👩‍👩‍👧 493817 😀"],
    ["newlines", "a\nb\r\n\nc "],
    ["what encoders trip over", `"&=+%20;<>'\\u0041 <![CDATA[x]]> \t`],
    ["ten segments", "0123456789 ".repeat(140)],
    ["nothing", ""],
  ])("carries %s unchanged", async (_what, text) => {
    expect(await bench.send({ text })).toMatchObject({ outcome: "sent" });
    expect(bench.vendor.accepted).toMatchObject([{ to: SMS.to, text }]);
  });

  it("uses the sender of the number's country", async () => {
    const number = { US: "+14155550199", DE: SMS.to } as Record<string, string>;
    const provider = await bench.providerWith({ sender: BY_COUNTRY[contract.type] });
    for (const country of ["US", "DE"] as const) {
      await provider.send({ ...SMS, to: number[country] as E164, country }, AbortSignal.timeout(3_000));
    }
    expect(bench.vendor.accepted.map(({ sender }) => sender?.replace("+", ""))).toEqual(["14155550101", "ACME"]);
  });

  it("makes no request where it has no sender", async () => {
    const { default: own } = BY_COUNTRY[contract.type] ?? {};
    const provider = await bench.providerWith({ sender: { GB: own } });
    const result = await provider.send(SMS, AbortSignal.timeout(3_000));
    expect(result).toMatchObject({ outcome: "not-sent", kind: "sender-refused" });
    expect(bench.vendor.requests).toEqual([]);
  });
}

const BY_COUNTRY: Record<string, Record<string, Record<string, string>>> = {
  twilio: { default: { from: "ACME" }, US: { from: "+14155550101" } },
  plivo: { default: { from: "ACME" }, US: { from: "+14155550101" } },
  sns: { default: { senderId: "ACME" }, US: { originationNumber: "+14155550101" } },
};

function describeReadings(contract: ProviderContract, bench: Bench): void {
  const { refused } = contract.dialect;
  const unknown = { outcome: "unknown", kind: "unavailable" } as const;
  const rateLimited = { outcome: "not-sent", kind: "rate-limited" } as const;
  const html = (status: number): VendorAnswer => ({ status, headers: { "content-type": "text/html" }, body: "<h1>no" });
  const rows: ReadingRow[] = [
    ...contract.readings,
    ["401", refused(401), { outcome: "not-sent", kind: "unauthorized" }],
    ["401 of a gate before the vendor", html(401), { outcome: "not-sent", kind: "unauthorized" }],
    ["403 in HTML", html(403), contract.forbidden],
    ["400 in HTML", html(400), { outcome: "not-sent", kind: "message-refused" }],
    ["418", html(418), { outcome: "not-sent", kind: "message-refused" }],
    ["429", { ...html(429) }, rateLimited],
    ["429 for 7 s", { status: 429, headers: { "retry-after": "7" } }, { ...rateLimited, retryAfterMs: 7_000 }],
    ...[500, 502, 503, 504, 599].map((status): ReadingRow => [`${status}`, html(status), unknown]),
    ["503 in the vendor's own words", refused(503), unknown],
  ];

  it.each(rows)("reads %s", async (_title, answer, expected) => {
    bench.vendor.replyWith(answer);
    const result = await bench.send();
    expect(result).toMatchObject(expected);
    expect(bench.vendor.requests).toHaveLength(1);
    expectNothingPrivate(contract, result);
  });

  it("reads 429 until a moment as the time until then", async () => {
    const until = new Date(Date.now() + 20_000).toUTCString();
    bench.vendor.replyWith({ status: 429, headers: { "retry-after": until } });
    const result = await bench.send();
    const { retryAfterMs = 0 } = result.outcome === "not-sent" ? result : {};
    expect(retryAfterMs).toBeGreaterThan(17_000);
    expect(retryAfterMs).toBeLessThanOrEqual(20_000);
  });

  it.each(["soon", "-1", "1.5", "99999999999999999999", ""])("reads 429 with Retry-After: %s as 429", async (value) => {
    bench.vendor.replyWith({ status: 429, headers: { "retry-after": value } });
    const result = await bench.send();
    expect(result).toMatchObject(rateLimited);
    expect(result).not.toHaveProperty("retryAfterMs");
  });
}

function describeBrokenAnswers(contract: ProviderContract, bench: Bench): void {
  const accepted = contract.dialect.accepted("id-1");
  const badResponse = { outcome: "unknown", kind: "bad-response" };
  const sent = { outcome: "sent" };
  it.each<[string, Reply, object]>([
    [
      "200 or 202 where another is documented",
      { ...accepted, status: accepted.status === 202 ? 200 : 202 },
      badResponse,
    ],
    ["204", { status: 204 }, badResponse],
    ["the success status in HTML", { ...accepted, headers: { "content-type": "text/html" } }, badResponse],
    ["the success status with no content type", { status: accepted.status, body: accepted.body ?? "" }, badResponse],
    ["success without an id", { ...accepted, body: contract.withoutId }, badResponse],
    ["success with an id that is none", contract.dialect.accepted("../../../etc/passwd +4915112345678"), badResponse],
    ["success without a body", { ...accepted, body: "" }, sent],
    ["success with a body that is not what its type says", { ...accepted, body: '{"sid' }, sent],
    ["success with a body of 1 MB", { ...accepted, body: `${accepted.body}${" ".repeat(1_000_000)}` }, sent],
    ["success cut off in the body", cutInBody(accepted), sent],
    ["success that stalls in the body", stallInBody(accepted), sent],
  ])("reads %s", async (_title, reply, expected) => {
    bench.vendor.replyWith(reply);
    const result = await bench.send();
    expect(result).toMatchObject(expected);
    expect(result).not.toHaveProperty("providerMessageId");
    expect(bench.vendor.requests).toHaveLength(1);
    expectNothingPrivate(contract, result);
  });

  it.each([301, 302, 303, 307, 308])("does not follow a %i, for that would be a second SMS", async (status) => {
    const elsewhere = await startVendor(contract.dialect, contract.accounts);
    bench.vendor.replyWith({ status, headers: { location: `${elsewhere.origin}/` } });
    expect(await bench.send()).toMatchObject(badResponse);
    expect(bench.vendor.requests).toHaveLength(1);
    expect(elsewhere.connections()).toBe(0);
    await elsewhere.close();
  });
}

function describeFailures(contract: ProviderContract, bench: Bench): void {
  it.each<[string, Reply, object]>([
    ["resets the connection", reset, { outcome: "unknown", kind: "unavailable" }],
    ["answers with something that is not HTTP", garbage, { outcome: "unknown", kind: "bad-response" }],
  ])("does not know what became of the message when the vendor %s", async (_title, reply, expected) => {
    bench.vendor.replyWith(reply);
    expect(await bench.send()).toMatchObject(expected);
    expect(bench.vendor.requests).toHaveLength(1);
  });

  it("gives up at the signal and says that it does not know", async () => {
    bench.vendor.replyWith(hang);
    const closed = bench.vendor.closedConnections();
    const { signal, sinceAbortMs } = abortingAfter(150);
    expect(await bench.send({}, signal)).toMatchObject({ outcome: "unknown", kind: "timeout" });
    expect(sinceAbortMs()).toBeLessThan(100);
    expect(bench.vendor.requests).toHaveLength(1);
    await vi.waitFor(() => expect(bench.vendor.closedConnections()).toBeGreaterThan(closed));
  });

  it("makes no request once the signal came", async () => {
    const before = bench.vendor.connections();
    expect(await bench.send({}, AbortSignal.abort())).toMatchObject({ outcome: "not-sent", kind: "unavailable" });
    expect(bench.vendor.requests).toEqual([]);
    expect(bench.vendor.connections()).toBe(before);
  });

  it("knows that nothing was sent when nobody listens", async () => {
    const [port] = await freePorts(1);
    const provider = await bench.providerWith({ baseUrl: `http://127.0.0.1:${port}` });
    const result = await provider.send(SMS, AbortSignal.timeout(3_000));
    expect(result).toMatchObject({ outcome: "not-sent", kind: "unavailable" });
    expectNothingPrivate(contract, result);
  });

  it("knows that nothing was sent when TLS meets a port without TLS", async () => {
    const provider = await bench.providerWith({ baseUrl: bench.vendor.origin.replace("http:", "https:") });
    const result = await provider.send(SMS, AbortSignal.timeout(3_000));
    expect(result).toMatchObject({ outcome: "not-sent", kind: "unavailable" });
    expect(bench.vendor.requests).toEqual([]);
  });
}

function describeSilence(contract: ProviderContract, bench: Bench): void {
  it("shows no secret in itself or its options", () => {
    expectNothingPrivate(contract, bench.provider);
    expectNothingPrivate(contract, bench.options);
  });

  it("shows nothing private in a result, even where the vendor repeats it all", async () => {
    const echo = `${PRIVATE.join(" ")} ${Object.values(contract.accounts).join(" ")}`;
    for (const status of [400, 403, 404, 429, 500, contract.dialect.accepted("x").status]) {
      const { headers = {} } = contract.dialect.accepted("x");
      for (const reply of [
        contract.dialect.refused(status, echo),
        { status, headers, body: JSON.stringify({ code: echo, sid: echo }) },
      ]) {
        bench.vendor.replyWith({ ...reply, headers: { ...headers, "retry-after": SMS.to } });
        expectNothingPrivate(contract, await bench.send());
      }
    }
  });

  it.each([
    ["the number", "4915112345678"],
    ["the national number behind letters", "SM15112345678"],
    ["the number with separators", "4915-1123-4_5678"],
    ["the code", "493817"],
    ["the code behind letters", "id-493817"],
    ["nothing but digits", "20261121"],
  ])("masks the id that is %s, for vendors' ids are none of that", async (_title, id) => {
    bench.vendor.replyWith(contract.dialect.accepted(id));
    expect(await bench.send()).toEqual({ outcome: "sent", providerMessageId: "masked" });
  });

  it("is refused with a wrong secret", async () => {
    const secret = contract.type === "sns" ? { secretAccessKey: "wrong" } : { authToken: "wrong" };
    const provider = await bench.providerWith(secret);
    const result = await provider.send(SMS, AbortSignal.timeout(3_000));
    expect(result).toMatchObject({ outcome: "not-sent", kind: "unauthorized" });
    expect(bench.vendor.requests).toHaveLength(1);
    expect(bench.vendor.accepted).toEqual([]);
  });
}

function describeCompany(contract: ProviderContract, bench: Bench): void {
  it("keeps forty messages at a time apart, and two accounts too", async () => {
    const other = await bench.providerWith(contract.otherOptions);
    const texts = Array.from({ length: 40 }, (_, index) => `message ${index}`);
    bench.vendor.replyWith((response, request) => {
      const { text } = contract.dialect.read(request);
      const own = contract.dialect.authentic(request, contract.accounts);
      const { status, headers, body } = contract.dialect.accepted(`${own ? "id" : "forged"}-${text.split(" ")[1]}`);
      setImmediate(() => response.writeHead(status, headers).end(body));
    });
    const results = await Promise.all(
      texts.map((text, index) =>
        (index % 2 ? other : bench.provider).send({ ...SMS, text }, AbortSignal.timeout(5_000)),
      ),
    );
    expect(results).toEqual(texts.map((_, index) => ({ outcome: "sent", providerMessageId: `id-${index}` })));
    expect(bench.vendor.requests).toHaveLength(40);
  });

  it("one that fails harms no other", async () => {
    bench.vendor.replyWith((response, request) => {
      const { text } = contract.dialect.read(request);
      if (text === "hang") return;
      const { status, headers, body } = contract.dialect.accepted("id-1");
      response.writeHead(status, headers).end(body);
    });
    const [hanging, ...others] = await Promise.all([
      bench.send({ text: "hang" }, AbortSignal.timeout(200)),
      ...Array.from({ length: 5 }, () => bench.send({ text: "go" })),
    ]);
    expect(hanging).toMatchObject({ outcome: "unknown", kind: "timeout" });
    expect(others.map(({ outcome }) => outcome)).toEqual(Array(5).fill("sent"));
  });

  it("reaches the vendor over TLS and through a proxy", async () => {
    const vendor = await startVendor(contract.dialect, contract.accounts, { tls: true });
    const proxy = await startProxy();
    const transport = createTransport({ clock: systemClock, proxyUrl: proxy.url, tls: { ca: certificate } });
    const provider = await bench.providerWith({ baseUrl: vendor.origin }, transport);
    const result = await provider.send(SMS, AbortSignal.timeout(3_000));
    expect(result).toEqual({ outcome: "sent", providerMessageId: "id-1" });
    expect(proxy.tunnels).toEqual([new URL(vendor.origin).host]);
    await transport.close();
    await proxy.close();
    await vendor.close();
  });
}

function lowerCased(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function expectNothingPrivate({ accounts }: ProviderContract, value: unknown): void {
  const shown = [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value), String(value)].join("\n");
  for (const hidden of [...PRIVATE, ...Object.values(accounts)]) expect(shown).not.toContain(hidden);
}
