import type { Socket } from "node:net";
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import type { Clock } from "../values/clock.ts";
import { errorCode } from "./error-code.ts";

/** How vendors are reached. */
export interface ConnectionOptions {
  clock: Clock;
  /** Every request goes through a CONNECT tunnel of this proxy. */
  proxyUrl?: string;
  /** Hosts that are reached without the proxy, as in `NO_PROXY`. */
  noProxy?: string;
  connectionsPerOrigin?: number;
  /** Bounds DNS, TCP, the proxy and TLS together. */
  connectTimeoutMs?: number;
  /** Authorities to trust instead of the built-in ones. */
  tls?: { ca: string };
}

/** Connections that stay open for the next request. */
export interface Connections {
  /** What carries requests to an origin. */
  to(origin: string): Dispatcher;
  /** Lets running requests end first. */
  close(): Promise<void>;
}

/** One pool per origin, behind the proxy where there is one. */
export function openConnections(options: ConnectionOptions): Connections {
  return options.proxyUrl === undefined ? directly(options) : throughProxy(options.proxyUrl, options);
}

function directly(options: ConnectionOptions): Connections {
  const pools = new Map<string, Pool>();
  return {
    to(origin) {
      const pool = pools.get(origin) ?? createPool(origin, poolOptions(options), options);
      pools.set(origin, pool);
      return pool;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function throughProxy(proxyUrl: string, options: ConnectionOptions): Connections {
  const { connect, ...pool } = poolOptions(options);
  const agent = new EnvHttpProxyAgent({
    ...pool,
    connect,
    requestTls: connect,
    proxyTls: connect,
    httpProxy: proxyUrl,
    httpsProxy: proxyUrl,
    noProxy: options.noProxy ?? "",
    clientFactory: (origin, settings) => new Pool(origin, { ...settings, headersTimeout: connect.timeout }),
    factory: (origin, settings) => createPool(origin, settings, options),
  });
  return { to: () => agent, close: () => agent.close() };
}

function poolOptions(options: ConnectionOptions) {
  return {
    connections: options.connectionsPerOrigin ?? 80,
    pipelining: 1,
    // Many servers close an idle connection after 5 s; our next request must not meet that.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 4_000,
    allowH2: false,
    connect: { timeout: connectTimeoutMs(options), ...options.tls },
  };
}

function connectTimeoutMs(options: ConnectionOptions): number {
  return options.connectTimeoutMs ?? 1_000;
}

function createPool(origin: string | URL, settings: Pool.Options, options: ConnectionOptions): Pool {
  const connect = typeof settings.connect === "function" ? settings.connect : buildConnector(settings.connect ?? {});
  return new Pool(origin, { ...settings, connect: bounded(connect, options.clock, connectTimeoutMs(options)) });
}

/** Connects in time or fails: undici's own connect timeout is up to half a second late. */
function bounded(connect: buildConnector.connector, clock: Clock, timeoutMs: number): buildConnector.connector {
  return (target, callback) => {
    let ended = false;
    const finish = (code: string, socket: Socket | null) => {
      if (ended) return void socket?.destroy();
      ended = true;
      letBe();
      if (socket) callback(null, socket);
      else callback(Object.assign(new Error("no connection"), { code }), null);
    };
    const letBe = clock.after(timeoutMs, () => finish("CONNECT_TIMEOUT", null));
    connect(target, (error, socket) => finish(FOREVER[errorCode(error)] ?? errorCode(error), socket));
  };
}

/** With these codes undici takes a tunnel that the proxy closed for a passing trouble, and dials for ever. */
const FOREVER: Record<string, string> = { UND_ERR_SOCKET: "PROXY_CLOSED", UND_ERR_INFO: "PROXY_CLOSED" };
