import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { certificate, certificateKey } from "./vendor-certificate.ts";

/** One request as it came over the wire. */
export interface VendorRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** What a vendor was asked to send. */
export interface VendorSms {
  to: string;
  text: string;
  sender?: string;
}

/** An answer as data. */
export interface VendorAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** How a stand-in treats a request: an answer, or any misbehaviour on the raw response. */
export type Reply = VendorAnswer | ((response: ServerResponse, request: VendorRequest) => void);

/** The words of one vendor, apart from the server that speaks them. */
export interface Dialect {
  accepted(id: string): VendorAnswer;
  refused(status: number, code?: string | number): VendorAnswer;
  read(request: VendorRequest): VendorSms;
  /** Whether the request carries the right secret of one of the accounts (name → secret). */
  authentic(request: VendorRequest, accounts: Record<string, string>): boolean;
  /** The status for a request without. */
  unauthorizedStatus: number;
}

/** A stand-in of a vendor on a real socket. */
export interface Vendor {
  origin: string;
  /** Everything that arrived, in order. */
  requests: VendorRequest[];
  /** What was accepted, in order: the vendor's ledger. */
  accepted: VendorSms[];
  /** How many connections were ever opened. */
  connections(): number;
  /** How many of them are closed. */
  closedConnections(): number;
  /** Answers every request so from now on; without a reply it accepts again. */
  replyWith(reply?: Reply): void;
  close(): Promise<void>;
}

/** Starts a stand-in that accepts what the accounts send and remembers it. */
export async function startVendor(
  dialect: Dialect,
  accounts: Record<string, string>,
  options: { tls?: boolean } = {},
): Promise<Vendor> {
  const requests: VendorRequest[] = [];
  const accepted: VendorSms[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  let reply: Reply | undefined;
  const accept = (request: VendorRequest): VendorAnswer => {
    if (!dialect.authentic(request, accounts)) return dialect.refused(dialect.unauthorizedStatus);
    accepted.push(dialect.read(request));
    return dialect.accepted(`id-${accepted.length}`);
  };
  const server = createServer(options.tls === true, async (incoming, response) => {
    const request = await readRequest(incoming);
    requests.push(request);
    const chosen = reply ?? accept(request);
    if (typeof chosen === "function") chosen(response, request);
    else response.writeHead(chosen.status, chosen.headers).end(chosen.body);
  });
  server.on("connection", (socket: Socket) => {
    opened += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http${options.tls ? "s" : ""}://127.0.0.1:${port}`,
    requests,
    accepted,
    connections: () => opened,
    closedConnections: () => opened - sockets.size,
    replyWith: (next) => {
      reply = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Takes the request and says nothing. */
export const hang: Reply = () => {};

/** Closes the connection with a reset once the request is in. */
export const reset: Reply = (response) => response.socket?.resetAndDestroy();

/** Says something that is not HTTP. */
export const garbage: Reply = (response) => response.socket?.end("220 mail.example ESMTP\r\n\r\n");

/** Starts the answer, sends half of its body, and stalls. */
export function stallInBody(answer: VendorAnswer): Reply {
  return (response) => writeHalf(response, answer, () => {});
}

/** Starts the answer, sends half of its body, and resets the connection. */
export function cutInBody(answer: VendorAnswer): Reply {
  return (response) => writeHalf(response, answer, () => response.socket?.resetAndDestroy());
}

function writeHalf(response: ServerResponse, { status, headers, body = "" }: VendorAnswer, then: () => void): void {
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
  response.write(body.slice(0, body.length / 2), () => setImmediate(then));
}

function createServer(tls: boolean, listener: (request: IncomingMessage, response: ServerResponse) => void) {
  if (tls) return createHttpsServer({ cert: certificate, key: certificateKey }, listener);
  return createHttpServer(listener);
}

async function readRequest(incoming: IncomingMessage): Promise<VendorRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return { method: incoming.method ?? "", path: incoming.url ?? "", headers, body: Buffer.concat(chunks).toString() };
}

/**
 * A signal that aborts after `ms`, and how long ago that was: in milliseconds in which this process could do something, so that
 * a machine that stands still for a while proves nothing.
 */
export function abortingAfter(ms: number): { signal: AbortSignal; sinceAbortMs: () => number } {
  const signal = AbortSignal.timeout(ms);
  let sinceMs = Number.NaN;
  let ticking: NodeJS.Timeout | undefined;
  signal.addEventListener("abort", () => {
    sinceMs = 0;
    ticking = setInterval(() => {
      sinceMs += TICK_MS;
    }, TICK_MS);
  });
  const sinceAbortMs = () => {
    clearInterval(ticking);
    return sinceMs;
  };
  return { signal, sinceAbortMs };
}

const TICK_MS = 5;

/** Reads HTTP Basic credentials as `[user, password]`. */
export function basicCredentials(request: VendorRequest): [string, string] {
  const [, encoded = ""] = /^Basic (.+)$/.exec(request.headers["authorization"] ?? "") ?? [];
  const [user = "", ...password] = Buffer.from(encoded, "base64").toString().split(":");
  return [user, password.join(":")];
}
