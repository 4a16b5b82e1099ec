import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Answer } from "../sms/event.ts";
import type { Clock } from "../values/clock.ts";

/** Kratos keeps an idle connection for 90 s: ours must last longer, or it would post into a closing one. */
const KEEP_ALIVE_MS = 100_000;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 2_000;
/** So long the rest of a body that nobody reads is waited for, lest its caller never sees why it was refused. */
const UNREAD_BODY_MS = 500;

/** Answers what comes to one listener. */
export interface Face {
  fetch(request: Request, connection?: object): Response | Promise<Response>;
  /** The answer to a request that needs no Request and no Response to be made; undefined for any other one. */
  answer?(incoming: IncomingMessage): Promise<Answer> | undefined;
}

/** A server that does not listen yet. */
export function createFaceServer(face: Face, clock: Pick<Clock, "after">): Server {
  const listener = getRequestListener((request, connection) => face.fetch(request, connection));
  const timeouts = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(timeouts, (incoming, outgoing) => {
    const answering = face.answer?.(incoming);
    if (!answering) return void listener(incoming, outgoing);
    void answering.then((answer) => write(outgoing, answer, clock)).catch(() => outgoing.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function write(outgoing: ServerResponse, { status, headers, body }: Answer, clock: Pick<Clock, "after">): void {
  if (!outgoing.req.complete) closeUnlessRead(outgoing, clock);
  outgoing.writeHead(status, { "Content-Length": Buffer.byteLength(body), ...headers }).end(body);
}

/** Once an answer is written, Node reads what is left of its request; it would do so until the request timed out. */
function closeUnlessRead(outgoing: ServerResponse, clock: Pick<Clock, "after">): void {
  const { req: incoming } = outgoing;
  outgoing.once("finish", () => {
    const letBe = clock.after(UNREAD_BODY_MS, () => incoming.socket.destroySoon());
    incoming.once("close", letBe);
  });
}
