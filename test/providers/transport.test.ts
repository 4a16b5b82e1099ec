import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createTransport, type Transport, type TransportOptions } from "../../src/providers/transport.ts";
import { systemClock } from "../../src/values/clock.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { certificate } from "../helpers/vendor-certificate.ts";
import { type ProxyBehaviour, startProxy } from "../helpers/vendor-proxy.ts";
import {
  abortingAfter,
  cutInBody,
  garbage,
  hang,
  type Reply,
  reset,
  stallInBody,
  startVendor,
  type Vendor,
} from "../helpers/vendor-server.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const POST = {
  method: "POST",
  path: "/send?x=1",
  headers: { "Content-Type": "text/plain" },
  body: "héllo 😀",
} as const;
const OK: Reply = { status: 201, headers: { "X-Two": "a", "content-type": "text/plain" }, body: "ünder way" };
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function transportWith(options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({ clock: systemClock, ...options });
  cleanUps.push(() => transport.close());
  return transport;
}

async function vendorWith(reply: Reply, tls = false): Promise<Vendor> {
  const vendor = await startVendor(twilioDialect, {}, { tls });
  vendor.replyWith(reply);
  cleanUps.push(() => vendor.close());
  return vendor;
}

async function silentServer(): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const soon = () => AbortSignal.timeout(3_000);

describe("an answer", () => {
  it("comes with its status, its headers in lower case and its text as the vendor wrote it", async () => {
    const vendor = await vendorWith(OK);
    const answer = await transportWith().request({ ...POST, origin: vendor.origin }, soon());
    expect(answer).toMatchObject({ status: 201, headers: { "x-two": "a" }, body: "ünder way", complete: true });
    expect(vendor.requests).toMatchObject([
      { method: "POST", path: "/send?x=1", headers: { "content-type": "text/plain" }, body: "héllo 😀" },
    ]);
  });

  it("is not mistaken for the hints that may come before it", async () => {
    const vendor = await vendorWith((response) => {
      response.writeEarlyHints({ link: "</a>; rel=preload" }, () => response.writeHead(201).end("late"));
    });
    const answer = await transportWith().request({ ...POST, origin: vendor.origin }, soon());
    expect(answer).toMatchObject({ status: 201, body: "late", complete: true });
  });

  it("is more than hints: a vendor that only hinted may have acted", async () => {
    const vendor = await vendorWith((response) => response.writeEarlyHints({ link: "</a>; rel=preload" }));
    const result = await transportWith().request({ ...POST, origin: vendor.origin }, AbortSignal.timeout(100));
    expect(result).toEqual({ failed: "after", cause: "timeout", code: "ABORTED" });
  });

  it("that points elsewhere is given as it is, and nobody goes there", async () => {
    const elsewhere = await vendorWith(OK);
    const vendor = await vendorWith({ status: 307, headers: { location: `${elsewhere.origin}/again` } });
    const answer = await transportWith().request({ ...POST, origin: vendor.origin }, soon());
    expect(answer).toMatchObject({ status: 307 });
    expect(elsewhere.connections()).toBe(0);
  });

  it.each([
    ["stalls", stallInBody({ status: 201, body: "x".repeat(100) })],
    ["is cut off", cutInBody({ status: 201, body: "x".repeat(100) })],
  ])("that %s in its body keeps its status and the part that came", async (_what, reply) => {
    const vendor = await vendorWith(reply);
    const startMs = performance.now();
    const answer = await transportWith({ bodyTimeoutMs: 60 }).request({ ...POST, origin: vendor.origin }, soon());
    expect(answer).toMatchObject({ status: 201, body: "x".repeat(50), complete: false });
    expect(performance.now() - startMs).toBeLessThan(1_000);
    await vi.waitFor(() => expect(vendor.closedConnections()).toBe(1));
  });

  it("keeps its status when the signal ends the wait for its body", async () => {
    const vendor = await vendorWith(stallInBody({ status: 201, body: "x".repeat(100) }));
    const transport = transportWith({ bodyTimeoutMs: 60_000 });
    const answer = await transport.request({ ...POST, origin: vendor.origin }, AbortSignal.timeout(100));
    expect(answer).toMatchObject({ status: 201, complete: false });
  });

  it("of 10 MB is read up to the cap and not further", async () => {
    const vendor = await vendorWith({ status: 201, body: "x".repeat(10_000_000) });
    const answer = await transportWith({ maxBodyBytes: 1_000_000 }).request({ ...POST, origin: vendor.origin }, soon());
    if ("failed" in answer) throw new Error(answer.code);
    expect(answer).toMatchObject({ status: 201, complete: false });
    expect(answer.body.length).toBeLessThanOrEqual(1_000_000);
  });
});

describe("no answer, and not one byte left", () => {
  it("when nobody listens", async () => {
    const [port] = await freePorts(1);
    const result = await transportWith().request({ ...POST, origin: `http://127.0.0.1:${port}` }, soon());
    expect(result).toEqual({ failed: "before", cause: "connect", code: "ECONNREFUSED" });
  });

  it("when the host has no address", async () => {
    const result = await transportWith().request({ ...POST, origin: "http://vendor.invalid" }, soon());
    expect(result).toMatchObject({ failed: "before", cause: "connect" });
  });

  it("when TLS meets a port without TLS", async () => {
    const vendor = await vendorWith(OK);
    const origin = vendor.origin.replace("http:", "https:");
    expect(await transportWith().request({ ...POST, origin }, soon())).toMatchObject({
      failed: "before",
      cause: "connect",
    });
    expect(vendor.requests).toEqual([]);
  });

  it("when the certificate comes from nobody we trust", async () => {
    const vendor = await vendorWith(OK, true);
    const result = await transportWith().request({ ...POST, origin: vendor.origin }, soon());
    expect(result).toEqual({ failed: "before", cause: "connect", code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(vendor.requests).toEqual([]);
  });

  it("when the handshake outlasts the connect timeout", async () => {
    const origin = await silentServer();
    const clock = createVirtualClock();
    const pending = transportWith({ clock, connectTimeoutMs: 1_000 }).request({ ...POST, origin }, soon());
    await clock.advance(1_000);
    const result = await pending;
    expect(result).toEqual({ failed: "before", cause: "connect", code: "CONNECT_TIMEOUT" });
  });

  it("when the signal comes during the handshake", async () => {
    const origin = await silentServer();
    const { signal, sinceAbortMs } = abortingAfter(80);
    const result = await transportWith({ connectTimeoutMs: 400 }).request({ ...POST, origin }, signal);
    expect(result).toEqual({ failed: "before", cause: "timeout", code: "ABORTED" });
    expect(sinceAbortMs()).toBeLessThan(100);
  });

  it("when the signal came before the call", async () => {
    const vendor = await vendorWith(OK);
    const result = await transportWith().request({ ...POST, origin: vendor.origin }, AbortSignal.abort());
    expect(result).toEqual({ failed: "before", cause: "timeout", code: "ABORTED" });
    expect(vendor.connections()).toBe(0);
  });

  it("when the signal comes while the request waits for a connection, and none leaves later either", async () => {
    let release = () => {};
    const vendor = await vendorWith((response) => {
      release = () => response.writeHead(201).end();
    });
    const transport = transportWith({ connectionsPerOrigin: 1 });
    const first = transport.request({ ...POST, origin: vendor.origin, path: "/first" }, soon());
    const second = transport.request({ ...POST, origin: vendor.origin, path: "/second" }, AbortSignal.timeout(80));
    expect(await second).toEqual({ failed: "before", cause: "timeout", code: "ABORTED" });
    release();
    await first;
    vendor.replyWith(OK);
    await transport.request({ ...POST, origin: vendor.origin, path: "/third" }, soon());
    expect(vendor.requests.map(({ path }) => path)).toEqual(["/first", "/third"]);
  });

  it("when the request itself is no HTTP", async () => {
    const vendor = await vendorWith(OK);
    const headers = { "X-Bad": "a\r\nEvil: 1" };
    const result = await transportWith().request({ ...POST, headers, origin: vendor.origin }, soon());
    expect(result).toMatchObject({ failed: "before" });
    expect(await transportWith().request({ ...POST, origin: "nonsense" }, soon())).toMatchObject({ failed: "before" });
    expect(vendor.requests).toEqual([]);
  });
});

describe("no answer, and the vendor may have acted", () => {
  it("when it hangs until the signal, which frees the connection", async () => {
    const vendor = await vendorWith(hang);
    const { signal, sinceAbortMs } = abortingAfter(100);
    const result = await transportWith().request({ ...POST, origin: vendor.origin }, signal);
    expect(result).toEqual({ failed: "after", cause: "timeout", code: "ABORTED" });
    expect(sinceAbortMs()).toBeLessThan(100);
    await vi.waitFor(() => expect(vendor.closedConnections()).toBe(1));
  });

  it.each<[string, Reply, string]>([
    ["it resets the connection", reset, "reset"],
    ["it closes the connection", (response) => response.socket?.end(), "reset"],
    ["it does not speak HTTP", garbage, "garbage"],
    ["its head is endless", { status: 201, headers: { "X-Long": "x".repeat(100_000) } }, "garbage"],
  ])("when %s", async (_what, reply, cause) => {
    const vendor = await vendorWith(reply);
    const result = await transportWith().request({ ...POST, origin: vendor.origin }, soon());
    expect(result).toMatchObject({ failed: "after", cause });
    expect(vendor.requests).toHaveLength(1);
  });
});

describe("connections", () => {
  it("are used again, and never by two requests at a time", async () => {
    const vendor = await vendorWith(OK);
    const transport = transportWith({ connectionsPerOrigin: 3 });
    const send = () => transport.request({ ...POST, origin: vendor.origin }, soon());
    for (let round = 0; round < 4; round += 1) await send();
    expect(vendor.connections()).toBeLessThan(3);
    await Promise.all(Array.from({ length: 12 }, send));
    expect(vendor.connections()).toBe(3);
    expect(vendor.requests).toHaveLength(16);
  });

  it("are let go by close once the running requests have their answers", async () => {
    let release = () => {};
    const vendor = await vendorWith((response) => {
      release = () => response.writeHead(201).end("done");
    });
    const transport = createTransport({ clock: systemClock });
    const running = transport.request({ ...POST, origin: vendor.origin }, soon());
    await vi.waitFor(() => expect(vendor.requests).toHaveLength(1));
    const closed = transport.close();
    release();
    expect(await running).toMatchObject({ status: 201, body: "done", complete: true });
    await closed;
    await vi.waitFor(() => expect(vendor.closedConnections()).toBe(vendor.connections()));
    expect(await transport.request({ ...POST, origin: vendor.origin }, soon())).toMatchObject({ failed: "before" });
  });
});

describe("a proxy", () => {
  async function proxyWith(behaviour?: ProxyBehaviour) {
    const proxy = await startProxy(behaviour);
    cleanUps.push(() => proxy.close());
    return proxy;
  }

  it.each([false, true])("tunnels every request to the vendor (TLS: %s)", async (tls) => {
    const vendor = await vendorWith(OK, tls);
    const proxy = await proxyWith();
    const proxyUrl = proxy.url.replace("//", "//user:pass@");
    const transport = transportWith({ proxyUrl, tls: { ca: certificate } });
    expect(await transport.request({ ...POST, origin: vendor.origin }, soon())).toMatchObject({ status: 201 });
    expect(await transport.request({ ...POST, origin: vendor.origin }, soon())).toMatchObject({ status: 201 });
    expect(proxy.tunnels).toHaveLength(vendor.connections());
    expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(vendor.origin).host]));
    expect(proxy.authorizations).toContain(`Basic ${Buffer.from("user:pass").toString("base64")}`);
  });

  it("is left aside for the hosts named", async () => {
    const vendor = await vendorWith(OK);
    const proxy = await proxyWith();
    const transport = transportWith({ proxyUrl: proxy.url, noProxy: "localhost,127.0.0.1" });
    expect(await transport.request({ ...POST, origin: vendor.origin }, soon())).toMatchObject({ status: 201 });
    expect(proxy.tunnels).toEqual([]);
  });

  it.each<ProxyBehaviour>(["refuse", "close", "hang"])("that says %s means: not one byte left", async (behaviour) => {
    const vendor = await vendorWith(OK);
    const proxy = await proxyWith(behaviour);
    const transport = transportWith({ proxyUrl: proxy.url, connectTimeoutMs: 150 });
    const startMs = performance.now();
    const result = await transport.request({ ...POST, origin: vendor.origin }, soon());
    expect(result).toMatchObject({ failed: "before", cause: "connect" });
    expect(performance.now() - startMs).toBeLessThan(1_000);
    expect(vendor.connections()).toBe(0);
    expect(proxy.tunnels).toHaveLength(1);
  });

  it("that nobody runs means: not one byte left", async () => {
    const [port] = await freePorts(1);
    const transport = transportWith({ proxyUrl: `http://127.0.0.1:${port}` });
    const result = await transport.request({ ...POST, origin: "https://vendor.invalid" }, soon());
    expect(result).toEqual({ failed: "before", cause: "connect", code: "ECONNREFUSED" });
  });
});
