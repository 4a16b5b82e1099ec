import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Answer } from "../sms/event.ts";

/** Kratos keeps an idle connection for 90 s: ours must last longer, or it would post into a closing one. */
const KEEP_ALIVE_MS = 100_000;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 2_000;

/** Answers what comes to one listener. */
export interface Face {
  fetch(request: Request, connection?: object): Response | Promise<Response>;
  /** The answer to a request that needs no Request and no Response to be made; undefined for any other one. */
  answer?(incoming: IncomingMessage): Promise<Answer> | undefined;
}

/** A server that does not listen yet. */
export function createFaceServer(face: Face): Server {
  const listener = getRequestListener((request, connection) => face.fetch(request, connection));
  const timeouts = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(timeouts, (incoming, outgoing) => {
    const answering = face.answer?.(incoming);
    if (answering) void answering.then((answer) => write(outgoing, answer));
    else void listener(incoming, outgoing);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function write(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, { "Content-Length": Buffer.byteLength(body), ...headers }).end(body);
}
