import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { StartError } from "./compose-accounts.ts";
import { type Configuration, type Listener, reachableUrl } from "./config/configuration.ts";
import type { Loaded } from "./config/load.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { createFaceServer, type Face } from "./http/server.ts";
import type { Effects } from "./kept.ts";
import type { Reload } from "./reload.ts";
import type { Clock } from "./values/clock.ts";

/** A drain takes no longer: a second less than what we promise, for the rest of the process to end. */
export const DRAIN_LIMIT_MS = 14_000;
const CLOSE_EVERY_MS = 50;

/** A gateway that listens. */
export interface RunningApp {
  /** Where it really listens; a configured port 0 has become a number. */
  urls: { gateway: string; ops: string; inbox?: string };
  /** Reads the configuration anew and takes it when nothing is wrong with it. */
  reload: Reload;
  /** Says not ready, keeps serving for a moment, finishes what started and closes; at most 15 s. */
  drain(): Promise<void>;
}

/**
 * Opens the gateway's listeners. Throws StartError for a port in use or an account that cannot work.
 *
 * @param load what a reload takes as the configuration; without it the one it was started with
 */
export async function startApp(
  configuration: Configuration,
  effects: Effects,
  load: () => Loaded = () => ({ configuration, warnings: [] }),
): Promise<RunningApp> {
  const gateway = await createGateway(configuration, effects, load);
  const { listen: courier, ops, inbox, source, mode } = configuration;
  const listeners: Opened[] = [];
  const open = async (face: Face, listener: Listener, variables: Variables): Promise<string> => {
    const server = createFaceServer(face, effects.clock);
    const opened = { server, fresh: watchFresh(server) };
    const url = await listen(server, listener, variables);
    listeners.push(opened);
    return url;
  };
  try {
    const urls = {
      gateway: await open(gateway.courier, courier, { host: "HOST", port: "PORT" }),
      ops: await open(gateway.ops, ops, { host: "OPS_HOST", port: "OPS_PORT" }),
      ...(gateway.inbox &&
        inbox && { inbox: await open(gateway.inbox, inbox, { host: "INBOX_HOST", port: "INBOX_PORT" }) }),
    };
    gateway.tell({ type: "listening", source, mode, providers: Object.keys(configuration.providers), urls });
    return {
      urls,
      reload: gateway.reload,
      drain: () => drain(gateway, listeners, configuration.drainDelayMs, effects.clock),
    };
  } catch (error) {
    for (const { server } of listeners) server.close().closeAllConnections();
    await gateway.close();
    throw error;
  }
}

async function drain(gateway: Gateway, listeners: Opened[], delayMs: number, clock: Clock): Promise<void> {
  const limit = new AbortController();
  const limitReached = clock.sleep(DRAIN_LIMIT_MS, limit.signal);
  gateway.startDraining();
  gateway.tell({ type: "draining" });
  await clock.sleep(delayMs);
  gateway.release();
  const finish = async () => {
    await Promise.all(listeners.map((listener) => close(listener, clock, limit.signal)));
    await gateway.close();
  };
  await Promise.race([finish(), limitReached]);
  limit.abort();
  for (const { server } of listeners) server.closeAllConnections();
  gateway.tell({ type: "stopped" });
}

/** A listener with its connections that have not asked for anything yet. */
interface Opened {
  server: Server;
  fresh: ReadonlySet<Socket>;
}

/** Node counts a connection without any request as busy: browsers and load balancers open such ones ahead of time. */
function watchFresh(server: Server): ReadonlySet<Socket> {
  const fresh = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    fresh.add(socket);
    socket.once("close", () => fresh.delete(socket));
  });
  server.on("request", ({ socket }) => fresh.delete(socket));
  return fresh;
}

/** Takes no new connection and ends each one as soon as it waits for nothing. */
async function close({ server, fresh }: Opened, clock: Clock, given: AbortSignal): Promise<void> {
  const closed = new AbortController();
  server.close(() => closed.abort());
  while (!closed.signal.aborted && !given.aborted) {
    for (const socket of fresh) socket.destroy();
    server.closeIdleConnections();
    await clock.sleep(CLOSE_EVERY_MS, closed.signal);
  }
}

/** The variables that set a listener's place. */
interface Variables {
  host: string;
  port: string;
}

function listen(server: Server, { host, port }: Listener, variables: Variables): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      const isPort = code === "EADDRINUSE" || code === "EACCES";
      const reason = code === "EADDRINUSE" ? "is in use" : `cannot be opened (${code})`;
      const variable = isPort ? variables.port : variables.host;
      reject(new StartError(`port ${port} on ${host} ${reason}; choose another with ${variable}=…`));
    });
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      resolve(reachableUrl({ host: address.address, port: address.port }));
    });
  });
}
