// What the stores keep per number under the default limits, once each number was sent one code: `npm run bench:memory`.
// Memory: the growth of this process's heap and buffers. Redis: used_memory and MEMORY USAGE of a server of its own, on loopback.
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fromSources } from "./from-sources.mjs";
import { startRedis } from "./redis.mjs";

const {
  createLimitBuckets,
  limitOptions,
  createMemoryStore,
  createRedisStore,
  writeRecord,
  systemClock,
  createKeyed,
  Secret,
} = await fromSources(
  "guard/limits",
  "store/memory",
  "store/redis",
  "store/store",
  "values/clock",
  "values/keyed",
  "values/secret",
);

const NUMBERS = 20_000;
const TOGETHER = 50;
const KEEP_MS = 600_000;
const PREFIX = "bench";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const keyed = createKeyed(new Secret("a secret for benchmarks"));
const limitBuckets = createLimitBuckets(limitOptions.parse({}), keyed);

await measureMemory();
await measureRedis();

/** One message to each number, as the dispatcher brings it to its end. */
async function sendToEach(store) {
  for (let first = 0; first < NUMBERS; first += TOGETHER) {
    await Promise.all(Array.from({ length: TOGETHER }, (_, index) => send(store, first + index)));
  }
}

async function send(store, index) {
  const to = `+49157${String(10_000_000 + index)}`;
  const owner = `msg_${String(index).padStart(24, "0")}`;
  const fingerprint = keyed.tag("message", to, "login_code_valid", `${index} is your code`, "");
  const tag = keyed.tag("number", to);
  const buckets = limitBuckets({ to, tag, country: "DE" });
  const claim = { fingerprint, owner };
  await store.admit({ ...claim, leaseMs: 3_000, buckets, enforce: true });
  const result = { outcome: "sent", messageId: owner, provider: "twilio-main" };
  await store.settle({ ...claim, result, keepMs: KEEP_MS, giveBack: [], record: writeRecord(recordOf(owner, tag)) });
}

function recordOf(id, tag) {
  const providerMessageId = `SM${id.slice(-24)}${id.slice(-8)}`;
  const result = { outcome: "sent", providerMessageId };
  return {
    ...{ id, tag, maskedTo: "*************23", country: "DE", template: "login_code_valid", receivedAt: Date.now() },
    ...{ outcome: "sent", route: "default", provider: "twilio-main", durationMs: 123.4, repeats: 0 },
    attempts: [{ provider: "twilio-main", attemptId: id.slice(4), result, durationMs: 120.1 }],
  };
}

/** After a turn in which what ended before is let go. */
async function heapBytes() {
  for (let round = 0; round < 3; round++) {
    await pause(50);
    collect();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function measureMemory() {
  await sendToEach(createMemoryStore(systemClock)); // what is compiled and cached once belongs to no number
  const all = await grownBytes(NUMBERS);
  const withoutRecords = await grownBytes(1);
  print("memory", `${perNumber(all)} bytes per number (2 windows, 1 claim, 1 record)`);
  print("memory", `${perNumber(withoutRecords)} bytes per number whose record was forgotten`);
}

async function grownBytes(maxRecords) {
  const before = await heapBytes();
  const store = createMemoryStore(systemClock, { maxRecords });
  await sendToEach(store);
  const bytes = (await heapBytes()) - before;
  await store.find({ id: "none" }); // still needed: nothing of it was collected
  return bytes;
}

async function measureRedis() {
  const server = await startRedis();
  if (!server) return print("redis", "not measured: there is no redis-server on the PATH");
  const { Redis } = await import("ioredis");
  const client = new Redis(server.url);
  const store = createRedisStore(new Redis(server.url), PREFIX);
  try {
    await sendToEach(store); // what the server keeps once belongs to no number
    await client.flushall();
    const before = await usedBytes(client);
    await sendToEach(store);
    const bytes = (await usedBytes(client)) - before;
    const keys = await client.dbsize();
    print("redis", `${perNumber(bytes)} bytes per number (used_memory, ${(keys / NUMBERS).toFixed(1)} keys each)`);
    print("redis", `of them by MEMORY USAGE ${await usageByKind(client)}`);
  } finally {
    await store.close();
    client.disconnect();
    await server.stop();
  }
}

async function usedBytes(client) {
  return Number(/used_memory:(\d+)/.exec(await client.info("memory"))[1]);
}

/** How much the keys of each kind take, by their names after the prefix. */
async function usageByKind(client) {
  const sums = new Map();
  let cursor = "0";
  do {
    const [next, keys] = await client.scan(cursor, "COUNT", 1_000);
    cursor = next;
    const usages = await Promise.all(keys.map((key) => client.memory("USAGE", key)));
    for (const [index, key] of keys.entries()) {
      const kind = key.split(":")[1];
      sums.set(kind, (sums.get(kind) ?? 0) + usages[index]);
    }
  } while (cursor !== "0");
  return [...sums].map(([kind, bytes]) => `${kind} ${perNumber(bytes)}`).join(", ");
}

function perNumber(bytes) {
  return String(Math.round(bytes / NUMBERS));
}

function print(store, line) {
  process.stdout.write(`${store.padEnd(7)} ${line}\n`);
}
