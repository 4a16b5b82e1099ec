import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type CertificateFault, faultCertificates } from "./fault-certificates.ts";
import { certificateKey } from "./vendor-certificate.ts";

/** What goes wrong between the gateway and a vendor. */
export type Fault =
  | { kind: "none" }
  /** Nobody listens. */
  | { kind: "refuse" }
  /** Takes the connection and whatever is sent, hands nothing on, says nothing; with TLS not even in the handshake. */
  | { kind: "blackhole" }
  /** Holds the answer back. */
  | { kind: "delay"; ms: number }
  /** Hands the answer on in small pieces. */
  | { kind: "trickle"; bytes: number; everyMs: number }
  /** Hands on so many bytes of the answer, or as many as its head has, and resets. */
  | { kind: "cut-after"; bytes: number | "head" }
  /** Hands on the head of the answer and then no more. */
  | { kind: "stall-in-body" }
  /** Resets when the request has begun to come, or once the vendor has answered it. */
  | { kind: "reset"; when: "before-vendor" | "after-vendor" }
  /** Hands the request on, and ends the connection in place of the answer. */
  | { kind: "half-close" }
  /** Something else than HTTP in place of the answer. */
  | { kind: "garbage" }
  /** A TLS handshake with this certificate. */
  | { kind: "certificate"; certificate: CertificateFault };

/** A proxy on a real socket whose faults are switched while it runs. */
export interface FaultProxy {
  /** What the gateway is configured with. */
  origin: string;
  /** From now on: what is under way keeps the fault it began with, except that `refuse` ends every connection. */
  set(fault: Fault): Promise<void>;
  /** How many connections were taken. */
  connections(): number;
  close(): Promise<void>;
}

/**
 * An address of this machine for this process alone, where the system has more than one: another process that is given
 * the port of a proxy that refuses would get the requests that are meant to be refused.
 */
const OWN_ADDRESS =
  process.platform === "linux"
    ? `127.${1 + (process.pid >> 16)}.${(process.pid >> 8) & 255}.${process.pid & 255}`
    : "127.0.0.1";

const NONE: Fault = { kind: "none" };

/** Starts a proxy before `targetOrigin` (plain HTTP); with `tls` it speaks TLS with the good certificate. */
export async function startFaultProxy(targetOrigin: string, options: { tls?: boolean } = {}): Promise<FaultProxy> {
  const target = Number(new URL(targetOrigin).port);
  const sockets = new Set<Socket>();
  let fault = NONE;
  let taken = 0;
  const server = createServer((socket) => {
    taken += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    if (options.tls && fault.kind === "blackhole") return void socket.on("data", () => {});
    serve(options.tls ? secured(socket, fault) : socket, target, () => fault);
  });
  const host = options.tls ? "127.0.0.1" : OWN_ADDRESS; // the certificates know that one only
  await listen(server, host, 0);
  const { port } = server.address() as AddressInfo;
  const end = () => {
    for (const socket of sockets) socket.destroy();
    return server.listening ? new Promise<void>((resolve) => server.close(() => resolve())) : Promise.resolve();
  };
  return {
    origin: `http${options.tls ? "s" : ""}://${host}:${port}`,
    connections: () => taken,
    async set(next) {
      fault = next;
      if (next.kind === "refuse") await end();
      else if (!server.listening) await listen(server, host, port);
    },
    close: end,
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}

function secured(socket: Socket, fault: Fault): TLSSocket {
  const cert = faultCertificates[fault.kind === "certificate" ? fault.certificate : "good"];
  return new TLSSocket(socket, { isServer: true, cert, key: certificateKey });
}

/** One connection: each request on it meets the fault that is set when its first byte comes. */
function serve(client: Socket, target: number, faultNow: () => Fault): void {
  const vendor = connect(target, "127.0.0.1");
  let answer: (chunk: Buffer) => void = () => {};
  let isAnswering = true;
  for (const [socket, other] of [
    [client, vendor],
    [vendor, client],
  ] as const) {
    socket.on("error", () => {});
    socket.on("close", () => other.destroy());
  }
  client.on("data", (chunk) => {
    const fault = faultNow();
    if (fault.kind === "blackhole") return;
    if (fault.kind === "reset" && fault.when === "before-vendor") return void client.resetAndDestroy();
    if (isAnswering) answer = ANSWERS[fault.kind](client, fault as never);
    isAnswering = false;
    vendor.write(chunk);
  });
  vendor.on("data", (chunk) => {
    isAnswering = true;
    answer(chunk);
  });
}

type AnswerFault<Kind extends Fault["kind"]> = (
  client: Socket,
  fault: Extract<Fault, { kind: Kind }>,
) => (chunk: Buffer) => void;

/** What becomes of a vendor's answer on its way back. */
const ANSWERS: { [Kind in Fault["kind"]]: AnswerFault<Kind> } = {
  none: pass,
  refuse: pass,
  certificate: pass,
  blackhole: swallow,
  delay: (client, { ms }) => {
    return (chunk) => void setTimeout(() => client.write(chunk), ms);
  },
  trickle: (client, { bytes, everyMs }) => {
    let pieces = 0;
    return (chunk) => {
      for (let at = 0; at < chunk.length; at += bytes) {
        setTimeout(() => client.write(chunk.subarray(at, at + bytes)), everyMs * pieces++);
      }
    };
  },
  "cut-after": (client, { bytes }) => upTo(client, bytes, () => client.resetAndDestroy()),
  "stall-in-body": (client) => upTo(client, "head", () => {}),
  reset: (client) => () => void client.resetAndDestroy(),
  "half-close": (client) => () => void client.end(),
  garbage: (client) => () => void client.end("220 mail.example ESMTP\r\n\r\n"),
};

function pass(client: Socket): (chunk: Buffer) => void {
  return (chunk) => void client.write(chunk);
}

function swallow(): (chunk: Buffer) => void {
  return () => {};
}

/** Hands on that much, then once the bytes are with the kernel does what `then` says; the rest is swallowed. */
function upTo(client: Socket, bytes: number | "head", then: () => void): (chunk: Buffer) => void {
  let answer = Buffer.alloc(0);
  let isOver = false;
  return (chunk) => {
    if (isOver) return;
    const before = answer.length;
    answer = Buffer.concat([answer, chunk]);
    const headEnd = answer.indexOf("\r\n\r\n");
    const end = bytes === "head" ? (headEnd < 0 ? Number.POSITIVE_INFINITY : headEnd + 4) : bytes;
    isOver = answer.length >= end;
    client.write(answer.subarray(before, Math.min(answer.length, end)), () => {
      // The peer's kernel drops unread bytes when a reset overtakes them: let it read them first.
      if (isOver) setTimeout(then, 20);
    });
  };
}
