import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { createRedisStore, type RedisStoreOptions } from "../../src/store/redis.ts";
import { createRedisClient } from "../../src/store/redis-client.ts";
import { redisOptions } from "../../src/store/redis-options.ts";
import type { Store } from "../../src/store/store.ts";
import { command, type RedisCluster, startRedisCluster, untilReplicated } from "../helpers/redis-cluster.ts";
import { type RedisReplica, redisReplica } from "../helpers/redis-replica.ts";
import { type RedisServer, startRedisServer } from "../helpers/redis-server.ts";

/** Any key of the gateway: one hash tag keeps them all in one slot. */
const KEY = "{kratos-sms-gateway}:any";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "redis-"));
  ends.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function server(args: string[]): Promise<RedisServer> {
  const started = await startRedisServer(args);
  ends.push(started.kill);
  return started;
}

async function cluster(size: number): Promise<RedisCluster> {
  const started = await startRedisCluster(size);
  ends.push(started.stop);
  return started;
}

const at = ({ url }: RedisServer) => ({ url });
const nodesOf = (servers: RedisServer[]) => servers.map(({ port }) => `127.0.0.1:${port}`);

function replica(options: object): RedisReplica {
  const started = redisReplica(options);
  ends.push(() => started.store.close());
  return started;
}

const bucket = { dimension: "number", key: "k", max: 5, perMs: 600_000, cost: 1 };
let messages = 0;
const admit = (store: Store, fingerprint = `m${++messages}`) =>
  store.admit({ fingerprint, owner: `msg_${++messages}`, leaseMs: 60_000, buckets: [bucket], enforce: true });

/** The same without a fallback, and so without its bounds: a busy machine is not what is tested here. */
function patient(servers: RedisServer[]): Store {
  const client = createRedisClient(redisOptions.parse({ type: "redis", cluster: nodesOf(servers) }));
  const store = createRedisStore(client, "kratos-sms-gateway");
  ends.push(() => store.close());
  return store;
}

/** The same of one server, or of the one that a Sentinel names. */
function patientSingle(options: object, more: RedisStoreOptions = {}): Store {
  const client = createRedisClient(redisOptions.parse({ type: "redis", ...options }));
  const store = createRedisStore(client, "kratos-sms-gateway", more);
  ends.push(() => store.close());
  return store;
}

/** So many messages, in turn to each of the replicas; answers with how many were granted. */
async function flood(replicas: Store[], count: number): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) => admit(replicas[index % replicas.length] as Store)),
  );
  return answers.filter(({ state }) => state === "granted").length;
}

describe("a cluster", () => {
  it("of three masters is shared like one server, and all keys lie on one of them", async () => {
    const { masters, ownerOf } = await cluster(3);
    const [one, other] = [patient(masters.slice(0, 1)), patient(masters.slice(1))];
    expect(await flood([one, other], 40)).toBe(5);
    await one.switch("a", false);
    expect(await other.switchedOff()).toEqual(["a"]);
    const owner = await ownerOf(KEY);
    for (const master of masters) {
      const keys = (await command(master, "KEYS", "*")) as string[];
      expect(keys.length > 0).toBe(master === owner);
    }
  }, 60_000);

  it("whose slot has moved to another master is followed there at once", async () => {
    const { masters, ownerOf, moveSlot } = await cluster(3);
    const one = patient(masters);
    expect((await admit(one, "before")).state).toBe("granted");
    const from = await ownerOf(KEY);
    const to = masters.find((master) => master !== from) as RedisServer;
    await moveSlot(KEY, to);
    expect(await command(from, "GET", KEY).catch(({ message }) => message)).toMatch(/^MOVED /);
    expect((await admit(one, "before")).state).toBe("in-flight");
    expect(await flood([one], 20)).toBe(4);
    expect((await command(to, "KEYS", "*")) as string[]).not.toEqual([]);
  }, 60_000);
});

it("Sentinel names the primary, also after a fail-over", async () => {
  const primary = await server(["--repl-diskless-sync-delay", "0"]);
  const second = await server(["--replicaof", "127.0.0.1", String(primary.port)]);
  const path = join(folder(), "sentinel.conf");
  writeFileSync(
    path,
    `sentinel monitor sms 127.0.0.1 ${primary.port} 1\nsentinel down-after-milliseconds sms 500\nsentinel failover-timeout sms 3000\n`,
  );
  const sentinel = await server([path, "--sentinel"]);
  await expect.poll(() => command(second, "INFO", "replication"), { timeout: 10_000 }).toContain("link_status:up");
  const seen = async () => JSON.stringify(await command(sentinel, "SENTINEL", "REPLICAS", "sms"));
  await expect.poll(seen, { timeout: 15_000 }).toContain(String(second.port));
  const named = { sentinel: { name: "sms", nodes: [`127.0.0.1:${sentinel.port}`] } };
  expect((await admit(patientSingle(named), "before")).state).toBe("granted");
  const { store, events } = replica(named);
  await untilReplicated(primary);
  await primary.kill();
  expect((await admit(store)).state).toBe("granted");
  await expect.poll(() => events.at(-1), { timeout: 30_000 }).toMatchObject({ degraded: false });
  expect((await admit(patientSingle(at(second)), "before")).state).toBe("in-flight");
}, 60_000);

describe("claims that count only when a replica has them", () => {
  async function pair() {
    const primary = await server(["--repl-diskless-sync-delay", "0"]);
    const second = await server(["--replicaof", "127.0.0.1", String(primary.port)]);
    await expect.poll(() => command(second, "INFO", "replication"), { timeout: 10_000 }).toContain("link_status:up");
    const promote = async () => {
      await primary.kill();
      await command(second, "REPLICAOF", "NO", "ONE");
    };
    return { primary, second, promote };
  }
  it("are all there when the primary is gone and the replica has taken over", async () => {
    const { primary, second, promote } = await pair();
    const store = patientSingle(at(primary), { isReplicated: true });
    // What no replica has confirmed in time is asked for again, as by whoever has the fallback.
    const keep = async (fingerprint: string) => {
      await expect
        .poll(() => admit(store, fingerprint).then(({ state }) => state, String), { timeout: 10_000 })
        .toMatch(/^(granted|in-flight)$/);
    };
    for (let index = 0; index < 5; index++) await keep(`f${index}`);
    await promote();
    const other = patientSingle(at(second));
    for (let index = 0; index < 5; index++) expect((await admit(other, `f${index}`)).state).toBe("in-flight");
  }, 30_000);

  it("end where a replica has it, too", async () => {
    const { primary, second, promote } = await pair();
    const store = patientSingle(at(primary), { isReplicated: true });
    const request = { fingerprint: "g", owner: "msg_1" as const };
    await store.admit({ ...request, leaseMs: 60_000, buckets: [], enforce: true }).catch(() => {});
    const result = { outcome: "sent", messageId: "msg_1" } as const;
    const settle = () => store.settle({ ...request, result, keepMs: 60_000 }).then(() => "kept", String);
    await expect.poll(settle, { timeout: 10_000 }).toBe("kept");
    await promote();
    expect((await admit(patientSingle(at(second)), "g")).state).toBe("settled");
  }, 30_000);

  it("do not count while the replica says nothing, and are asked of it for less than a store has to answer", async () => {
    const { primary, second } = await pair();
    const asked: string[][] = [];
    const client = new Redis(primary.url);
    const monitor = await client.monitor();
    for (const watcher of [client, monitor]) ends.push(() => watcher.disconnect());
    monitor.on("monitor", (_time, args) => asked.push(args));
    second.signal("SIGSTOP");
    await expect(admit(patientSingle(at(primary), { isReplicated: true }))).rejects.toThrow("NOREPLICA");
    expect((await admit(patientSingle(at(primary)))).state).toBe("granted");
    second.signal("SIGCONT");
    await expect.poll(() => asked.filter(([name]) => name?.toLowerCase() === "wait")).toHaveLength(1);
    const [[, replicas, withinMs] = []] = asked.filter(([name]) => name?.toLowerCase() === "wait");
    // The server itself may be 100 ms late, and the store has 200.
    expect([replicas, Number(withinMs) <= 100]).toEqual(["1", true]);
  }, 30_000);

  it.each([
    ["replicated", true],
    [undefined, false],
  ])(
    "send the gateway on alone when the replica says nothing: %s, %o",
    async (claimDurability, isAlone) => {
      const { primary, second } = await pair();
      const { store, events } = replica({ url: primary.url, ...(claimDurability && { claimDurability }) });
      second.signal("SIGSTOP");
      const reasons = () => events.map((event) => ("reason" in event ? String(event.reason) : ""));
      const goesOn = async () => {
        const request = { fingerprint: `m${++messages}`, owner: `msg_${messages}` as const, leaseMs: 60_000 };
        expect((await store.admit({ ...request, buckets: [], enforce: true })).state).toBe("granted");
        return reasons().some((reason) => reason.startsWith("NOREPLICA"));
      };
      // On a busy machine it may be alone for another reason first: then it comes back and asks again.
      if (isAlone) await expect.poll(goesOn, { timeout: 20_000 }).toBe(true);
      else for (let index = 0; index < 20; index++) expect(await goesOn()).toBe(false);
      second.signal("SIGCONT");
      if (isAlone) await expect.poll(() => events.at(-1), { timeout: 20_000 }).toMatchObject({ degraded: false });
    },
    60_000,
  );
});
