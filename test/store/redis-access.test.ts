import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { adviceOf } from "../../src/store/redis-advice.ts";
import { type Bucket, type MessageRecord, type Store, writeRecord } from "../../src/store/store.ts";
import { faultCertificates } from "../helpers/fault-certificates.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { type RedisReplica, redisReplica } from "../helpers/redis-replica.ts";
import { type RedisServer, startRedisServer } from "../helpers/redis-server.ts";
import { certificate, certificateKey } from "../helpers/vendor-certificate.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function server(args: string[] = []): Promise<RedisServer> {
  const started = await startRedisServer(args);
  ends.push(started.kill);
  return started;
}

function admin({ url }: RedisServer): Redis {
  const client = new Redis(url);
  ends.push(() => client.disconnect());
  return client;
}

function replica(options: object): RedisReplica {
  const started = redisReplica(options);
  ends.push(() => started.store.close());
  return started;
}

/** Everything that a gateway ever asks of its store; what is not awaited there has ended before the store is closed. */
async function useAll(store: Store): Promise<void> {
  const bucket: Bucket = { dimension: "number", key: "k", max: 5, perMs: 60_000, cost: 1 };
  const claim = { fingerprint: "f", owner: "msg_1" } as const;
  await store.admit({ ...claim, leaseMs: 3_000, buckets: [bucket, { ...bucket, key: "l", max: 50 }], enforce: true });
  await store.renew({ ...claim, leaseMs: 3_000 });
  const result = { outcome: "failed", messageId: "msg_1" } as const;
  await store.settle({ ...claim, result, keepMs: 0, giveBack: [bucket] });
  const record = { id: "msg_1", tag: "t", attempts: [], outcome: "failed", repeats: 0 } as unknown as MessageRecord;
  await store.record(writeRecord(record));
  await store.recordRepeat("msg_1");
  for (const on of [false, true]) await store.switch("a", on);
  await store.find({ id: "msg_1" });
  await store.find({ tag: "t" });
  await store.switchedOff();
}

/** Why it was away, but for being late: a busy machine is not what is tested here, but whether it is let in. */
const reasonsIn = (events: GatewayEvent[]) =>
  events.flatMap((event) => ("reason" in event && event.reason !== "no answer in time" ? [event.reason] : []));

const untilAway = ({ events }: { events: GatewayEvent[] }) =>
  vi.waitFor(() => {
    const away = events.find((event) => event.type === "store");
    if (!away) throw new Error("not told yet");
    return away;
  }, 10_000);

describe("a Redis that wants a user", () => {
  const [, line = ""] = /^ACL SETUSER sms-gateway (.*)$/m.exec(readFileSync("docs/failover.md", "utf8")) ?? [];
  const rules = line.replace("PASSWORD", "hidden").split(" ");
  let redis: RedisServer;
  const urlOf = (user: string) => redis.url.replace("//", `//${user}:hidden@`);
  const enlist = async (user: string, given: string[]) => {
    await admin(redis).call("ACL", "SETUSER", user, ...given);
    return urlOf(user);
  };
  beforeEach(async () => {
    redis = await server();
  });

  it("lets the documented one do all that a gateway does, and see no other key", async () => {
    const warnings = vi.spyOn(console, "warn");
    const { store, events } = replica({ url: await enlist("sms-gateway", rules) });
    await useAll(store);
    await store.close();
    expect(reasonsIn(events)).toEqual([]);
    expect(warnings).not.toHaveBeenCalled();
    const other = new Redis(urlOf("sms-gateway"));
    ends.push(() => other.disconnect());
    await expect(other.get("another:key")).rejects.toThrow(/NOPERM/);
    await expect(other.flushall()).rejects.toThrow(/NOPERM/);
  });

  it("has every command of the scripts in the documented line", () => {
    const folder = "src/store/redis";
    const scripts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const commands = [...scripts.join("\n").matchAll(/'([A-Z]{3,})'/g)].map(
      ([, name = ""]) => `+${name.toLowerCase()}`,
    );
    expect(commands).toContain("+lpop");
    expect(rules).toEqual(expect.arrayContaining(commands.filter((command) => command !== "+px")));
  });

  it("has no command in the documented line that is not needed", async () => {
    // Without INFO there is only no advice; lists of records are cut when they are long.
    const spared = ["+info", "+lpop", "+ltrim"];
    for (const rule of rules.filter((one) => one.startsWith("+") && !spared.includes(one))) {
      const others = rules.filter((one) => one !== rule);
      await admin(redis).flushall();
      await admin(redis).script("FLUSH");
      const { store, events } = replica({ url: await enlist(`without-${rule.slice(1)}`, others) });
      await useAll(store);
      await store.close();
      const reason = expect.stringMatching(/^NOPERM: .*docs\/failover\.md/);
      expect(events, rule).toEqual([{ type: "store", degraded: true, reason }]);
    }
  }, 30_000);

  it.each([
    ["none is given", "redis://", /^NOAUTH: it wants a password$/],
    ["the password is wrong", "redis://:hunter2@", /^WRONGPASS: user or password is wrong$/],
  ])("is named when %s, and the gateway goes on alone", async (_, start, reason) => {
    await enlist("default", ["on", ">hidden"]);
    const one = replica({ url: redis.url.replace("redis://", start) });
    await useAll(one.store);
    expect(await untilAway(one)).toEqual({ type: "store", degraded: true, reason: expect.stringMatching(reason) });
  });

  it("takes user and password for a server without a URL", async () => {
    const other = await server(["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
    await admin(other).call("CLUSTER", "ADDSLOTSRANGE", 0, 16_383);
    await admin(other).call("ACL", "SETUSER", "sms-gateway", ...rules, "+cluster|slots", "+cluster|info");
    await expect.poll(() => admin(other).call("CLUSTER", "INFO"), { timeout: 10_000 }).toContain("cluster_state:ok");
    const options = { cluster: [`127.0.0.1:${other.port}`], username: "sms-gateway", password: "hidden" };
    const { store, events } = replica(options);
    await useAll(store);
    await store.close();
    expect(reasonsIn(events)).toEqual([]);
  });
});

describe("a Redis behind TLS", () => {
  /** A server with this certificate; all of the stand-ins' certificates have one key. */
  async function withCertificate(pem: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "redis-tls-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "certificate.pem"), pem);
    writeFileSync(join(folder, "key.pem"), certificateKey);
    const [port] = await freePorts(1);
    const files = ["--tls-cert-file", join(folder, "certificate.pem"), "--tls-key-file", join(folder, "key.pem")];
    await server(["--tls-port", String(port), ...files, "--tls-auth-clients", "no"]);
    return `rediss://127.0.0.1:${port}`;
  }

  it("is used when its CA is named", async () => {
    const url = await withCertificate(certificate);
    const { store, events } = replica({ url, ca: certificate });
    await useAll(store);
    await store.close();
    expect(events).toEqual([]);
    const other = replica({ url, ca: certificate });
    // On a busy machine its connection may take longer than the store waits for an answer.
    await expect.poll(() => other.store.find({ id: "msg_1" }), { timeout: 10_000 }).toHaveLength(1);
  });

  it.each([
    ["nobody here knows its CA", certificate, undefined, /^DEPTH_ZERO_SELF_SIGNED_CERT: .*store\.caFile$/],
    ["another CA is named", faultCertificates.untrusted, certificate, /^DEPTH_ZERO_SELF_SIGNED_CERT: /],
    ["its time is over", faultCertificates.expired, certificate, /^CERT_HAS_EXPIRED: its certificate is no longer/],
    ["it is for another host", faultCertificates["wrong-host"], certificate, /^ERR_TLS_CERT_ALTNAME_INVALID: .*host/],
  ])("is not trusted when %s, and the log can say so", async (_, pem, ca, reason) => {
    const one = replica({ url: await withCertificate(pem), ...(ca && { ca }) });
    await useAll(one.store);
    expect(await untilAway(one)).toEqual({ type: "store", degraded: true, reason: expect.stringMatching(reason) });
  });
});

describe("advice on a Redis", () => {
  it.each<[what: string, settings: string[], advice: RegExp | undefined]>([
    ["that evicts anything", ["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"], /allkeys-lru.*noeviction/],
    ["that evicts what expires", ["--maxmemory", "50mb", "--maxmemory-policy", "volatile-ttl"], /volatile-ttl/],
    ["that refuses when it is full", ["--maxmemory", "50mb", "--maxmemory-policy", "noeviction"], undefined],
    ["without a bound", ["--maxmemory", "0", "--maxmemory-policy", "allkeys-lru"], undefined],
  ])(
    "%s is given once, when there is any",
    async (_, settings, advice) => {
      const redis = await server(settings);
      const { store, events } = replica({ url: redis.url });
      await useAll(store);
      const given = () => events.flatMap((event) => (event.type === "advice" ? [event.text] : []));
      if (advice) await expect.poll(given).toEqual([expect.stringMatching(advice)]);
      await admin(redis).call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      await store.switchedOff();
      await expect.poll(() => events.at(-1), { timeout: 10_000 }).toMatchObject({ type: "store", degraded: false });
      expect(given()).toHaveLength(advice ? 1 : 0);
    },
    20_000,
  );

  it.each([
    ["4.0.14", 1],
    ["5.0.3", 0],
    ["7.2.4", 0],
    ["10.0.0", 0],
  ])("of version %s is given %i times", (version, count) => {
    const advice = adviceOf(`# Server\r\nredis_version:${version}\r\n# Memory\r\nmaxmemory:0\r\n`);
    expect(advice.filter((text) => text.includes(version))).toHaveLength(count);
  });

  it("is not given when a server says nothing of itself", () => {
    expect(adviceOf("")).toEqual([]);
  });
});
