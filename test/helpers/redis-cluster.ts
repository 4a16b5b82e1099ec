import { Redis } from "ioredis";
import { poll } from "./program.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

const SLOTS = 16_384;
const READY_WITHIN_MS = 20_000;
const NODE = ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1", "--cluster-node-timeout"];
/** Long enough for a busy machine, unless somebody is to take over soon. */
const [PATIENT_MS, IMPATIENT_MS] = ["5000", "1000"];

/** A cluster of this machine's own: masters that share the slots evenly, each with a replica where asked for. */
export interface RedisCluster {
  masters: RedisServer[];
  replicas: RedisServer[];
  /** The master that owns the slot of this key. */
  ownerOf(key: string): Promise<RedisServer>;
  /** Gives the slot of this key, with all that lies there, to another master. */
  moveSlot(key: string, to: RedisServer): Promise<void>;
  stop(): Promise<void>;
}

/** Starts so many masters; with `withReplicas`, a replica of each that takes over when its master is gone. */
export async function startRedisCluster(size: number, withReplicas = false): Promise<RedisCluster> {
  const count = withReplicas ? size * 2 : size;
  const args = [...NODE, withReplicas ? IMPATIENT_MS : PATIENT_MS];
  const servers = await Promise.all(Array.from({ length: count }, () => startRedisServer(args)));
  const stop = async () => void (await Promise.all(servers.map((server) => server.kill())));
  const [masters, replicas] = [servers.slice(0, size), servers.slice(size)];
  try {
    await join(masters, replicas);
  } catch (error) {
    await stop();
    throw error;
  }
  const ownerOf = (key: string) => findOwner(servers, key);
  return {
    masters,
    replicas,
    ownerOf,
    stop,
    moveSlot: async (key, to) => moveSlot(await ownerOf(key), to, masters, key),
  };
}

/** One command on one server, whatever the rest of the cluster says. */
export async function command({ url }: { url: string }, name: string, ...args: (string | number)[]): Promise<unknown> {
  const client = new Redis(url);
  return client.call(name, ...args).finally(() => client.disconnect());
}

/** Until its replicas have all that a server has written; WAIT would ask for what its own connection wrote. */
export async function untilReplicated(server: { url: string }): Promise<void> {
  await poll("the replicas have everything", READY_WITHIN_MS, async () => {
    const info = String(await command(server, "INFO", "replication"));
    const written = /^master_repl_offset:(\d+)/m.exec(info)?.[1];
    const offsets = [...info.matchAll(/^slave\d+:.*state=online,offset=(\d+)/gm)].map(([, offset]) => offset);
    return offsets.length > 0 && offsets.every((offset) => offset === written) ? true : undefined;
  });
}

async function join(masters: RedisServer[], replicas: RedisServer[]): Promise<void> {
  const all = [...masters, ...replicas];
  for (const [index, master] of masters.entries()) {
    const first = Math.floor((index * SLOTS) / masters.length);
    const last = Math.floor(((index + 1) * SLOTS) / masters.length) - 1;
    await command(master, "CLUSTER", "ADDSLOTSRANGE", first, last);
    await command(master, "CLUSTER", "SET-CONFIG-EPOCH", index + 1);
  }
  for (const { port, busPort } of all.slice(1))
    await command(all[0] as RedisServer, "CLUSTER", "MEET", "127.0.0.1", port, busPort);
  for (const [index, replica] of replicas.entries()) {
    const master = await idOf(masters[index] as RedisServer);
    await poll("a replica knows its master", READY_WITHIN_MS, async () =>
      command(replica, "CLUSTER", "REPLICATE", master).catch(() => undefined),
    );
  }
  for (const server of all) await poll("the cluster is well", READY_WITHIN_MS, () => isWell(server, all.length));
  for (const replica of replicas) await poll("a replica is in step", READY_WITHIN_MS, () => isInStep(replica));
}

async function isWell(server: RedisServer, size: number): Promise<true | undefined> {
  const info = String(await command(server, "CLUSTER", "INFO"));
  return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${size}`) ? true : undefined;
}

async function isInStep(replica: RedisServer): Promise<true | undefined> {
  return String(await command(replica, "INFO", "replication")).includes("master_link_status:up") ? true : undefined;
}

async function idOf(server: RedisServer): Promise<string> {
  return String(await command(server, "CLUSTER", "MYID"));
}

async function findOwner(servers: RedisServer[], key: string): Promise<RedisServer> {
  for (const server of servers) {
    const slot = await command(server, "CLUSTER", "KEYSLOT", key).catch(() => undefined);
    if (slot === undefined) continue;
    const ranges = (await command(server, "CLUSTER", "SLOTS")) as [number, number, [string, number]][];
    const range = ranges.find(([first, last]) => first <= Number(slot) && Number(slot) <= last);
    const owner = servers.find(({ port }) => port === range?.[2][1]);
    if (owner) return owner;
  }
  throw new Error("nobody owns that slot");
}

async function moveSlot(from: RedisServer, to: RedisServer, masters: RedisServer[], key: string): Promise<void> {
  const slot = Number(await command(from, "CLUSTER", "KEYSLOT", key));
  await command(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", await idOf(from));
  await command(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", await idOf(to));
  const keys = (await command(from, "CLUSTER", "GETKEYSINSLOT", slot, 10_000)) as string[];
  if (keys.length > 0) await command(from, "MIGRATE", "127.0.0.1", to.port, "", 0, 5_000, "KEYS", ...keys);
  const owner = await idOf(to);
  const others = masters.filter((master) => master !== to && master !== from);
  for (const master of [to, from, ...others]) await command(master, "CLUSTER", "SETSLOT", slot, "NODE", owner);
}
