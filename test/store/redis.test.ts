import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { maskNumber, numberTag } from "../../src/sms/number-tag.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { createRedisClient } from "../../src/store/redis-client.ts";
import { redisOptions } from "../../src/store/redis-options.ts";
import { type Bucket, type Store, writeRecord } from "../../src/store/store.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";
import { describeStore } from "../contract/store.ts";
import { isOnPath } from "../helpers/on-path.ts";
import { type RedisBench, redisBench } from "../helpers/redis-bench.ts";
import { type RedisServer, sharedRedis, startRedisServer } from "../helpers/redis-server.ts";
import { describeSameAnswers } from "./same-answers.ts";

let server: Awaited<ReturnType<typeof sharedRedis>>;
const benches: RedisBench[] = [];

beforeAll(async () => {
  server = await sharedRedis();
});
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.close()));
});
afterAll(() => server.stop());

function bench(startMs?: number, url = server.url): RedisBench {
  const made = redisBench(url, startMs);
  benches.push(made);
  return made;
}

const newBench = async (startMs?: number, url?: string) => {
  const { store, ...time } = bench(startMs, url);
  return { store: store(), ...time };
};

describeStore("the Redis store", newBench);
// Slots begin at multiples of their length: both clocks must start at the same moment.
describeSameAnswers("the Redis store", () => newBench(0));

// Debian 12 has no package of it; with REDIS_URL all of this file runs on whatever server that names.
const noValkey = !isOnPath("valkey-server");
describe.skipIf(noValkey)(`on Valkey${noValkey ? " (NOT RUN: no valkey-server on the PATH)" : ""}`, () => {
  let valkey: RedisServer;
  beforeAll(async () => {
    valkey = await startRedisServer([], "valkey-server");
  });
  afterAll(() => valkey.kill());
  describeStore("the store", () => newBench(undefined, valkey.url));
});

const bucket = (changes: Partial<Bucket> = {}): Bucket => ({
  ...{ dimension: "number", key: "k", max: 5, perMs: 60_000, cost: 1 },
  ...changes,
});
const turn = () => new Promise((resolve) => setImmediate(resolve));
const record = (number: number, tag: string) =>
  writeRecord({
    ...{ id: `msg_${number}`, tag, maskedTo: "**23", country: "DE", template: "x", receivedAt: 0, outcome: "sent" },
    ...{ attempts: [], durationMs: 1, repeats: 0 },
  });
const admit = (store: Store, fingerprint: string, buckets: Bucket[]) =>
  store.admit({ fingerprint, owner: `msg_${fingerprint}`, leaseMs: 3_000, buckets, enforce: true });

describe("two replicas on one Redis", () => {
  it("let exactly the limit through of a hundred different messages at once", async () => {
    const { store } = bench();
    const replicas = [store(), store()];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => admit(replicas[index % 2] as Store, `m${index}`, [bucket()])),
    );
    expect(answers.filter(({ state }) => state === "granted")).toHaveLength(5);
    expect(answers.filter(({ state }) => state === "limited")).toHaveLength(95);
  });

  it("let one of twelve repetitions through, and tell the others who sends", async () => {
    const { store } = bench();
    const replicas = [store(), store()];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => {
        const owner = `msg_${index}` as const;
        const request = { fingerprint: "f", owner, leaseMs: 3_000, buckets: [bucket()], enforce: true };
        return (replicas[index % 2] as Store).admit(request);
      }),
    );
    expect(answers.filter(({ state }) => state === "granted")).toHaveLength(1);
    expect(new Set(answers.flatMap((answer) => ("owner" in answer ? [answer.owner] : []))).size).toBe(1);
    expect(await admit(store(), "g", [bucket()])).toMatchObject({ fills: [0.4] });
  });

  it("see what the other switched off, recorded and settled", async () => {
    const { store } = bench();
    const [one, other] = [store(), store()];
    await admit(one, "f", []);
    await one.settle({
      ...{ fingerprint: "f", owner: "msg_f", keepMs: 1_000 },
      result: { outcome: "sent", messageId: "msg_f" },
    });
    await one.switch("twilio", false);
    expect(await admit(other, "f", [])).toMatchObject({ state: "settled" });
    expect(await admit(other, "g", [])).toMatchObject({ disabled: ["twilio"] });
  });
});

describe("what lies in Redis", () => {
  it("has an end, stands under one hash tag and holds no number", async () => {
    const { store, look, keyPrefix, advance, wallMs } = bench();
    const keyed = createKeyed(new Secret("a secret for tests"));
    const to = "+4915735990123";
    const replica = store();
    await advance(1);
    await admit(replica, keyed.tag("message", to), [
      bucket({ key: keyed.tag("limit", to) }),
      bucket({ key: keyed.tag("total"), max: 100 }),
    ]);
    const record = writeRecord({
      ...{ id: "msg_a", tag: numberTag(keyed, to as never), maskedTo: maskNumber(to as never), country: "DE" },
      ...{ template: "login_code_valid", receivedAt: wallMs(), outcome: "sent" },
      ...{ attempts: [], durationMs: 1, repeats: 0 },
    });
    await replica.record(record);
    await replica.recordRepeat("msg_a");
    await replica.switch("twilio", false);
    const keys = await look.keys("*");
    const own = keys.filter((key) => key.startsWith(`{${keyPrefix}}:`));
    expect(own.length).toBeGreaterThanOrEqual(7);
    for (const key of own) expect(await look.pttl(key)).toBeGreaterThan(0);
    const everything = JSON.stringify([own, await Promise.all(own.map((key) => contentOf(look, key)))]);
    expect(everything).toContain("**23");
    for (const part of ["4915735990", "5735990123", "15735990"]) expect(everything).not.toContain(part);
  });

  it("is kept in bounds however many messages one number gets", async () => {
    const { store, look, keyPrefix } = bench();
    const replica = store();
    await Promise.all(Array.from({ length: 300 }, (_, index) => replica.record(record(index, "t"))));
    expect(await replica.find({ tag: "t" })).toHaveLength(200);
    expect(await look.llen(`{${keyPrefix}}:number:t`)).toBe(200);
  });

  it("is kept in bounds over all numbers: the oldest record goes for the newest", async () => {
    const { store, look, keyPrefix } = bench();
    const replica = store();
    await replica.record(record(1, "t"));
    await look.rpush(
      `{${keyPrefix}}:records`,
      ...Array.from({ length: 99_999 }, (_, index) => `msg_of_others_${index}`),
    );
    await replica.record(record(2, "u"));
    expect(await look.llen(`{${keyPrefix}}:records`)).toBe(100_000);
    expect(await replica.find({ id: "msg_1" })).toEqual([]);
    expect(await replica.find({ id: "msg_2" })).toHaveLength(1);
  });
});

describe("time in Redis", () => {
  it("is the server's own: a window opens again by itself", async () => {
    const { keyPrefix } = bench();
    const store = createRedisStore(
      createRedisClient(redisOptions.parse({ type: "redis", url: server.url })),
      keyPrefix,
    );
    const short = bucket({ max: 1, perMs: 1_000 });
    try {
      expect((await admit(store, "a", [short])).state).toBe("granted");
      expect((await admit(store, "b", [short])).state).toBe("limited");
      await expect.poll(async () => (await admit(store, "b", [short])).state, { timeout: 5_000 }).toBe("granted");
    } finally {
      await store.close();
    }
  });

  it.each([
    ["an hour back", -3_600_000],
    ["a day back", -86_400_000],
    ["an hour ahead", 3_600_000],
  ])("that jumps %s locks nobody out for longer than one window", async (_, jumpMs) => {
    const { store, advance } = bench();
    const replica = store();
    const windows = [bucket({ max: 1 }), bucket({ key: "large", max: 17 })];
    for (let index = 0; index < 17; index++) await admit(replica, `l${index}`, [bucket({ key: "large", max: 17 })]);
    await admit(replica, "a", [bucket({ max: 1 })]);
    await advance(jumpMs);
    await admit(replica, "a", []);
    await admit(replica, "b", windows);
    await advance(64_000);
    expect((await admit(replica, "a", [])).state).toBe("granted");
    expect((await admit(replica, "c", windows)).state).toBe("granted");
  });
});

describe("one call", () => {
  it("is all that a message waits for, or many that come or end together, and stays one when the server has forgotten the scripts", async () => {
    const { store, look } = bench();
    const replica = store();
    await admit(replica, "a", [bucket()]);
    const before = await calls(look);
    await admit(replica, "b", [bucket(), bucket({ key: "total", max: 100 })]);
    expect(await calls(look)).toBe(before + 1);
    const end = (owner: `msg_${string}`) =>
      replica.settle({ fingerprint: owner, owner, result: { outcome: "sent", messageId: owner }, keepMs: 1_000 });
    await Promise.all([end("msg_a"), end("msg_b"), end("msg_c")]);
    expect(await calls(look)).toBe(before + 2);
    const together = await Promise.all(["d", "e", "d"].map((message) => admit(replica, message, [bucket({ max: 4 })])));
    expect(together.map(({ state }) => state)).toEqual(["granted", "granted", "in-flight"]);
    expect(await calls(look)).toBe(before + 3);
    await look.script("FLUSH");
    expect((await admit(replica, "c", [bucket()])).state).toBe("granted");
  });

  it("is also all for those that come one after the other while an earlier one is under way", async () => {
    const { store, look } = bench();
    const replica = store();
    await admit(replica, "a", [bucket()]);
    const before = await calls(look);
    await look.client("PAUSE", 100, "WRITE");
    const admissions = [];
    for (const message of ["b", "c", "d"]) {
      admissions.push(admit(replica, message, [bucket()]));
      await turn();
    }
    expect((await Promise.all(admissions)).map(({ state }) => state)).toEqual(["granted", "granted", "granted"]);
    expect(await calls(look)).toBe(before + 2);
  });

  it("never carries an end so late that the next message of the same kind comes before it", async () => {
    const { store, look } = bench();
    const replica = store();
    for (const message of ["a", "b"]) await admit(replica, message, [bucket()]);
    await look.client("PAUSE", 100, "WRITE");
    const end = (owner: `msg_${string}`, fingerprint: string) =>
      replica.settle({ fingerprint, owner, result: { outcome: "failed", messageId: owner }, keepMs: 0 });
    const ends = [end("msg_a", "a")];
    await turn();
    ends.push(end("msg_b", "b"));
    await turn();
    expect((await admit(replica, "b", [bucket()])).state).toBe("granted");
    await Promise.all(ends);
  });

  it("that breaks off has kept no claim, so that nothing is given back that was never taken", async () => {
    const { store, look, keyPrefix } = bench();
    const replica = store();
    await look.rpush(`{${keyPrefix}}:moments:number:60000:tampered`, "with");
    const refused = ["a", "b"].map((message, index) => {
      const asked = admit(replica, message, [bucket({ key: index === 0 ? "k" : "tampered" })]);
      return expect(asked).rejects.toThrow(/WRONGTYPE/);
    });
    await Promise.all(refused);
    const again = { fingerprint: "a", owner: "msg_again", leaseMs: 3_000, buckets: [bucket()], enforce: true } as const;
    expect(await replica.admit(again)).toMatchObject({ state: "granted", fills: [1 / 5] });
  });
});

it("what a client sends twice, since a connection was lost before the answer, is done once", async () => {
  const { store, wallMs } = bench();
  const replica = store();
  const total = bucket({ key: "total", max: 100 });
  for (const fingerprint of ["a", "b"]) await admit(replica, fingerprint, [total]);
  const owner = "msg_a" as const;
  const record = writeRecord({
    ...{ id: owner, tag: "t", maskedTo: "**23", country: "DE", template: "otp", receivedAt: wallMs() },
    ...{ outcome: "failed", attempts: [], durationMs: 1, repeats: 0 },
  });
  const end = { fingerprint: "a", owner, result: { outcome: "failed", messageId: owner }, keepMs: 10_000 } as const;
  for (let times = 0; times < 3; times++) await replica.settle({ ...end, giveBack: [total], record });
  expect(await replica.find({ tag: "t" })).toHaveLength(1);
  expect(await admit(replica, "c", [total])).toMatchObject({ fills: [2 / 100] });
});

async function contentOf(look: RedisBench["look"], key: string): Promise<unknown> {
  const type = await look.type(key);
  if (type === "hash") return look.hgetall(key);
  if (type === "list") return look.lrange(key, 0, -1);
  return type === "set" ? look.smembers(key) : look.get(key);
}

/** How many scripts the server has run. */
async function calls(look: RedisBench["look"]): Promise<number> {
  const stats = await look.info("commandstats");
  const counts = [...stats.matchAll(/cmdstat_(?:eval|evalsha):calls=(\d+)/g)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}
