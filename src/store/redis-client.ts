import { type RedisOptions as ClientOptions, Cluster, Redis } from "ioredis";
import type { RedisOptions } from "./redis-options.ts";

const QUIT_MS = 200;
/** A connection that says nothing for so long while it is asked is dead, though nobody closed it. */
const DEAD_AFTER_MS = 3_000;
const CONNECT_MS = 2_000;
const RECONNECT_MS = 500;

/**
 * What is asked fails at once when it cannot be answered: nothing waits for a connection or is sent a second time, except by a
 * cluster's client, which asks again what a lost connection has cut off: the scripts may run twice for the same. How long an
 * answer may take is up to who asks; the client's own timer for each command would cost as much as the command.
 */
const BOUNDED = {
  lazyConnect: true,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  socketTimeout: DEAD_AFTER_MS,
  connectTimeout: CONNECT_MS,
  disableClientInfo: true, // it would ask for a command more than the gateway needs
  // A primary that has become a replica: a new connection finds the new primary.
  reconnectOnError: ({ message }) => message.startsWith("READONLY"),
} satisfies ClientOptions;

/** A client for one server, a Sentinel group or a cluster; not connected yet. */
export function createRedisClient(options: RedisOptions): Redis | Cluster {
  const client =
    "cluster" in options && options.cluster ? createCluster(options, options.cluster) : createSingle(options);
  client.on("error", () => {}); // it reconnects by itself; whoever asks meanwhile is told
  return client;
}

/**
 * Lets what a client is asked by all who go on together leave in one write, since a write costs more than a command: as soon
 * as each of them waits for something. Call the answer before each command. A cluster's nodes have connections of their own
 * and write at once.
 */
export function gatherWrites(client: Redis | Cluster): () => void {
  return () => {
    const stream = client instanceof Redis ? client.stream : undefined;
    if (!stream || stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  };
}

/** Says goodbye, and goes without an answer when there is none. */
export async function quit(client: Redis | Cluster): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes() : [client];
  for (const { options } of nodes) options.commandTimeout = QUIT_MS;
  await client.quit().catch(() => client.disconnect());
}

/** Why a client has no connection, which what it is asked then does not say; undefined when it has one. */
export function lastTrouble(client: Redis | Cluster): () => Error | undefined {
  let trouble: Error | undefined;
  client.on("error", (error) => {
    trouble = error;
  });
  client.on("ready", () => {
    trouble = undefined;
  });
  return () => trouble;
}

function createSingle(options: RedisOptions): Redis {
  const bounded = { ...BOUNDED, ...accessOf(options), enableOfflineQueue: false, retryStrategy: () => RECONNECT_MS };
  const { url, sentinel } = options;
  if (url) return new Redis(url.reveal(), bounded);
  const { name = "", nodes = [], password, tls = options.tls } = sentinel ?? {};
  return new Redis({
    ...bounded,
    name,
    sentinels: nodes,
    sentinelRetryStrategy: () => RECONNECT_MS,
    ...(password && { sentinelPassword: password.reveal() }),
    ...(options.tls && { enableTLSForSentinelMode: true }),
    ...(tls && { sentinelTLS: options.ca ? { ca: options.ca } : {} }),
  });
}

function createCluster(options: RedisOptions, nodes: { host: string; port: number }[]): Cluster {
  return new Cluster(nodes, {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: () => RECONNECT_MS,
    redisOptions: { ...BOUNDED, ...accessOf(options) },
  });
}

function accessOf({ username, password, ...options }: RedisOptions) {
  return {
    ...(username && { username }),
    ...(password && { password: password.reveal() }),
    ...tlsOf(options),
  };
}

/** A URL that begins with rediss: says so itself. */
function tlsOf({ tls, ca }: Pick<RedisOptions, "tls" | "ca">): { tls?: { ca?: string } } {
  return tls || ca ? { tls: { ...(ca && { ca }) } } : {};
}
