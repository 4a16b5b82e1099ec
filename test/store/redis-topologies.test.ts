import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, expect, it } from "vitest";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { redisOptions } from "../../src/store/redis-options.ts";
import { createSharedStore } from "../../src/store/shared.ts";
import type { Store } from "../../src/store/store.ts";
import { systemClock } from "../../src/values/clock.ts";
import { type RedisServer, startRedisServer } from "../helpers/redis-server.ts";

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

async function command({ url }: RedisServer, name: string, ...args: string[]): Promise<unknown> {
  const client = new Redis(url);
  return client.call(name, ...args).finally(() => client.disconnect());
}

function replica(options: object): { store: Store; events: GatewayEvent[] } {
  const events: GatewayEvent[] = [];
  const tell = (event: GatewayEvent) => void events.push(event);
  const store = createSharedStore(redisOptions.parse({ type: "redis", ...options }), systemClock, tell);
  ends.push(() => store.close());
  return { store, events };
}

const bucket = { dimension: "number", key: "k", max: 5, perMs: 600_000, cost: 1 };
let messages = 0;
const admit = (store: Store, fingerprint = `m${++messages}`) =>
  store.admit({ fingerprint, owner: `msg_${++messages}`, leaseMs: 60_000, buckets: [bucket], enforce: true });

it("a cluster is shared like one server", async () => {
  const node = await server(["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1", "--dir", folder()]);
  await command(node, "CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  await expect.poll(() => command(node, "CLUSTER", "INFO"), { timeout: 10_000 }).toContain("cluster_state:ok");
  const options = { cluster: [`127.0.0.1:${node.port}`] };
  const [one, other] = [replica(options), replica(options)];
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => admit((index % 2 ? one : other).store, `c${index}`)),
  );
  expect(answers.filter(({ state }) => state === "granted")).toHaveLength(5);
  expect([...one.events, ...other.events]).toEqual([]);
}, 30_000);

it("Sentinel names the primary, also after a fail-over", async () => {
  const primary = await server([]);
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
  const { store, events } = replica({ sentinel: { name: "sms", nodes: [`127.0.0.1:${sentinel.port}`] } });
  expect((await admit(store, "before")).state).toBe("granted");
  expect(events).toEqual([]);
  await command(primary, "WAIT", "1", "1000");
  await primary.kill();
  expect((await admit(store)).state).toBe("granted");
  await expect.poll(() => events.at(-1), { timeout: 30_000 }).toMatchObject({ degraded: false });
  expect((await admit(replica({ url: second.url }).store, "before")).state).toBe("in-flight");
}, 60_000);
