import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayProcess, startGatewayProcess } from "../helpers/gateway-process.ts";
import { poll } from "../helpers/program.ts";
import { type RedisServer, startRedisServer } from "../helpers/redis-server.ts";
import { plivoDialect } from "../helpers/vendor-plivo.ts";
import { startVendor, type Vendor } from "../helpers/vendor-server.ts";

let redis: RedisServer;
let vendor: Vendor;
let replicas: GatewayProcess[];

beforeAll(async () => {
  redis = await startRedisServer();
  vendor = await startVendor(plivoDialect, { MAXXX: "t" });
  const configYaml = `
mode: live
secret: the-same-for-both
auth: { keys: [{ id: kratos, secret: a-key }] }
providers:
  plivo: { type: plivo, authId: MAXXX, authToken: t, sender: { default: { from: "+14155550101" } }, baseUrl: "${vendor.origin}" }
destinations: { countries: [DE] }
limits: { perNumber: { max: 5, per: 10m } }
store: { type: redis, url: "${redis.url}" }
`;
  const env = { HOST: "127.0.0.1", OPS_HOST: "127.0.0.1" };
  replicas = await Promise.all([startGatewayProcess({ configYaml, env }), startGatewayProcess({ configYaml, env })]);
});
afterAll(async () => {
  await Promise.all((replicas ?? []).map((replica) => replica.stop("SIGKILL")));
  await vendor?.close();
  await redis?.kill();
});

async function post(replica: number, to: string, body: string): Promise<string> {
  const response = await fetch(`${replicas[replica]?.gatewayUrl}/courier/sms`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-API-Key": "a-key" },
    body: JSON.stringify({ to, body }),
  });
  await response.arrayBuffer();
  return response.headers.get("x-outcome") ?? String(response.status);
}

const metric = async (replica: number) => {
  const text = await (await fetch(`${replicas[replica]?.opsUrl}/metrics`)).text();
  return /^sms_store_degraded (\d)/m.exec(text)?.[1];
};
const count = (outcomes: string[], which: string) => outcomes.filter((outcome) => outcome === which).length;
const until = (value: string, replica = 0) =>
  poll(`sms_store_degraded ${value}`, 15_000, async () => ((await metric(replica)) === value ? true : undefined));

/** Whether a replica went on alone; it stays so for a second, and its log tells of it a moment later. */
async function wentAlone(timesBefore: string): Promise<boolean> {
  const degraded = await Promise.all(replicas.map((_, replica) => metric(replica)));
  return degraded.includes("1") || timesAlone() !== timesBefore;
}

/** How often the replicas said that they went on alone. */
const timesAlone = () => replicas.map((replica) => replica.output().split("shared store is away").length).join();

/** Posts to both at once; with another number again where this machine was too busy for Redis' 200 ms. */
async function postTogether(size: number, body: (index: number) => string) {
  for (let tries = 1; ; tries++) {
    await Promise.all(replicas.map((_, replica) => until("0", replica)));
    const to = `+49157359901${nextNumber++}`;
    const before = timesAlone();
    const outcomes = await Promise.all(Array.from({ length: size }, (_, index) => post(index % 2, to, body(index))));
    if (tries === 10 || !(await wentAlone(before))) return { to, outcomes };
  }
}

let nextNumber = 30;

describe("two gateways on one Redis", () => {
  it("send a message once that comes to both twelve times", async () => {
    const { to, outcomes } = await postTogether(12, () => "Your login code is: 482913");
    expect([count(outcomes, "sent"), count(outcomes, "duplicate")]).toEqual([1, 11]);
    expect(vendor.accepted.filter((sms) => sms.to === to)).toHaveLength(1);
  });

  it("let the limit of a number through together, and no more", async () => {
    const { to, outcomes } = await postTogether(40, (index) => `Your code is: ${100_000 + index}`);
    const [sent, suppressed] = ["sent", "suppressed"].map((outcome) => count(outcomes, outcome));
    expect([sent, suppressed]).toEqual([5, 35]);
    expect(vendor.accepted.filter((sms) => sms.to === to)).toHaveLength(5);
  });

  it("go on each alone while it hangs, say so, and come back by themselves", async () => {
    const to = "+4915735990125";
    await until("0");
    redis.signal("SIGSTOP");
    expect(await post(0, to, "Your login code is: 111111")).toBe("sent");
    expect(await post(0, to, "Your login code is: 111111")).toBe("duplicate");
    expect(await metric(0)).toBe("1");
    expect(await post(0, to, "Your login code is: 222222")).toBe("sent");
    expect(await post(0, to, "Your login code is: 333333")).toBe("suppressed");
    redis.signal("SIGCONT");
    await until("0");
    expect(await post(0, to, "Your login code is: 111111")).toBe("duplicate");
    // The log comes a moment after the metric.
    const says = () => /shared store is away[\s\S]*shared store is back/.test(replicas[0]?.output() ?? "") || undefined;
    await poll("the log does not say that the store was away", 5_000, async () => says());
    expect(replicas[0]?.output()).not.toMatch(/15735990|111111|unhandled/i);
  });

  it("end as usual", async () => {
    expect(await replicas[0]?.stop()).toEqual({ exitCode: 0, signal: null });
  });
});
