import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { compose, type Effects, StartError } from "./compose.ts";
import type { Configuration, Listener } from "./config/configuration.ts";
import { problem } from "./http/problem.ts";

/** Kratos keeps an idle connection for 90 s: ours must last longer, or it would post into a closing one. */
const KEEP_ALIVE_MS = 100_000;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 2_000;
const DRAIN_LIMIT_MS = 15_000;

/** A gateway that listens. */
export interface RunningApp {
  /** Where it really listens; a configured port 0 has become a number. */
  urls: { gateway: string; ops: string; inbox?: string };
  /** Says not ready, keeps serving for a moment, finishes what started and closes; at most 15 s. */
  drain(): Promise<void>;
}

/** Opens the gateway's listeners. Throws StartError for a port in use or an account that cannot work. */
export async function startApp(configuration: Configuration, effects: Effects): Promise<RunningApp> {
  let isDraining = false;
  const gateway = await compose(configuration, effects, () => !isDraining);
  const opened: Server[] = [];
  const open = async (app: Hono, listener: Listener, variable: string): Promise<string> => {
    const server = createServer(app, gateway.broken, () => isDraining);
    const url = await listen(server, listener, variable);
    opened.push(server);
    return url;
  };
  const closeAll = () => Promise.all(opened.map(close));
  const drain = async (): Promise<void> => {
    isDraining = true;
    await effects.clock.sleep(configuration.drainDelayMs);
    gateway.release();
    const limit = new AbortController();
    await Promise.race([closeAll(), effects.clock.sleep(DRAIN_LIMIT_MS - configuration.drainDelayMs, limit.signal)]);
    limit.abort();
    for (const server of opened) server.closeAllConnections();
    await gateway.close();
  };
  try {
    const urls = {
      gateway: await open(gateway.courier, configuration.listen, "PORT"),
      ops: await open(gateway.ops, configuration.ops, "OPS_PORT"),
      ...(gateway.inbox &&
        configuration.inbox && { inbox: await open(gateway.inbox, configuration.inbox, "INBOX_PORT") }),
    };
    return { urls, drain };
  } catch (error) {
    await closeAll();
    await gateway.close();
    throw error;
  }
}

function createServer(app: Hono, broken: (error: Error) => void, isDraining: () => boolean): Server {
  app.notFound((c) => problem(404, "Not found", `there is no ${new URL(c.req.url).pathname} here`));
  app.onError((error) => {
    broken(error);
    return problem(500, "Internal error", "a bug in the gateway; its log tells more");
  });
  const fetch = async (request: Request): Promise<Response> => {
    const response = await app.fetch(request);
    if (isDraining()) response.headers.set("Connection", "close");
    return response;
  };
  const serverOptions = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function listen(server: Server, { host, port }: Listener, variable: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "is in use" : `cannot be opened (${error.code})`;
      reject(new StartError(`port ${port} on ${host} ${reason}; choose another with ${variable}=…`));
    });
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      resolve(`http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
