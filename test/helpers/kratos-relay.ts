import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request of Kratos as it came, and what it was answered. */
export interface RelayedExchange {
  /** Header names as they were spelled. */
  request: { method: string; path: string; headers: Record<string, string>; body: string };
  /** Header names in lower case. */
  response: { status: number; headers: Record<string, string | string[] | undefined>; body: string };
}

/** Stands between Kratos and the gateway and writes down what passes. */
export interface Relay {
  url: string;
  exchanges(): RelayedExchange[];
  /** How many connections Kratos has opened so far. */
  connectionCount(): number;
  stop(): Promise<void>;
}

/** Starts a relay that passes everything on to `targetUrl` unchanged. */
export async function startRelay(targetUrl: string): Promise<Relay> {
  const exchanges: RelayedExchange[] = [];
  let connectionCount = 0;
  const server = createServer(async (incoming, outgoing) => exchanges.push(await pass(targetUrl, incoming, outgoing)));
  server.keepAliveTimeout = 120_000;
  server.on("connection", () => connectionCount++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges: () => exchanges,
    connectionCount: () => connectionCount,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

async function pass(targetUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<RelayedExchange> {
  const { method = "", url: path = "", rawHeaders } = incoming;
  const body = await read(incoming);
  const forwarded = request(new URL(path, targetUrl), { method, headers: rawHeaders });
  forwarded.end(body);
  const [response] = (await once(forwarded, "response")) as [IncomingMessage];
  const status = response.statusCode ?? 0;
  const answer = await read(response);
  outgoing.writeHead(status, response.rawHeaders).end(answer);
  return {
    request: { method, path, headers: asSpelled(rawHeaders), body },
    response: { status, headers: response.headers, body: answer },
  };
}

async function read(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function asSpelled(rawHeaders: string[]): Record<string, string> {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, rawHeaders[index * 2 + 1] ?? ""]));
}
