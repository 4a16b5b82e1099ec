import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { awsWays, startAwsIdentity } from "../helpers/aws-identity.ts";
import { type GatewayProcess, type GatewayProcessOptions, startGatewayProcess } from "../helpers/gateway-process.ts";
import { packInto, unpack } from "../helpers/packed.ts";
import { poll } from "../helpers/program.ts";
import { startRedisServer } from "../helpers/redis-server.ts";
import { plivoDialect } from "../helpers/vendor-plivo.ts";
import { type Dialect, startVendor } from "../helpers/vendor-server.ts";
import { snsDialect } from "../helpers/vendor-sns.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

const TO = "+4915735990123";
const TEXT = "Your login code is: 482913";

/** The packed package in a folder of its own, without node_modules. */
let folder = "";
const packageFolder = () => join(folder, "gateway");
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
  await unpack(await packInto(folder), packageFolder());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess({ packageFolder: packageFolder(), ...options });
  onTestFinished(async () => void (await gateway.stop("SIGKILL")));
  return gateway;
}

const live = (account: string, more = "") => ({
  env: { HOST: "127.0.0.1", OPS_HOST: "127.0.0.1" },
  configYaml: `
mode: live
secret: a-secret-of-this-test-alone-of-40-letters
auth: { keys: [{ id: kratos, secret: a-key }] }
providers: { vendor: { ${account} } }
destinations: { countries: [DE] }
${more}
`,
});

async function post(gateway: GatewayProcess, headers: Record<string, string> = {}): Promise<string | null> {
  const response = await fetch(`${gateway.gatewayUrl}/courier/sms`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "a-key", ...headers },
    body: JSON.stringify({ to: TO, body: TEXT }),
  });
  await response.arrayBuffer();
  return response.headers.get("x-outcome");
}

async function startVendorFor(dialect: Dialect, accounts: Record<string, string>) {
  const vendor = await startVendor(dialect, accounts);
  onTestFinished(vendor.close);
  return vendor;
}

const TWILIO = `AC${"0".repeat(32)}`;
const SENDER = 'sender: { default: { from: "+14155550101" } }';

describe("the bundle, in a folder without node_modules", () => {
  it.each<[type: string, dialect: Dialect, account: string, accounts: Record<string, string>]>([
    ["twilio", twilioDialect, `accountSid: ${TWILIO}, authToken: t, ${SENDER}`, { [TWILIO]: "t" }],
    ["sns", snsDialect, "region: eu-central-1, accessKeyId: AKIAOWN, secretAccessKey: s", { AKIAOWN: "s" }],
    ["plivo", plivoDialect, `authId: MAXXX, authToken: t, ${SENDER}`, { MAXXX: "t" }],
  ])("sends through %s", async (type, dialect, account, accounts) => {
    const vendor = await startVendorFor(dialect, accounts);
    const gateway = await start(live(`type: ${type}, baseUrl: "${vendor.origin}", ${account}`));
    expect(await post(gateway)).toBe("sent");
    expect(vendor.accepted).toMatchObject([{ to: TO, text: TEXT }]);
  });

  it.each(awsWays)("signs for SNS with keys of AWS' default chain: %s", async (way) => {
    const identity = await startAwsIdentity();
    onTestFinished(identity.close);
    const vendor = await startVendorFor(snsDialect, identity.accounts);
    const { env, configYaml } = live(`type: sns, region: eu-central-1, baseUrl: "${vendor.origin}"`);
    const chain = await identity.environmentFor(way, await mkdtemp(join(folder, "home-")));
    const gateway = await start({ env: { ...env, ...chain }, configYaml });
    expect(await post(gateway)).toBe("sent");
    expect(vendor.requests[0]?.headers["authorization"]).toContain(`Credential=${way}/`);
  });

  it("keeps what replicas share in Redis, with the scripts that it brings", async () => {
    const redis = await startRedisServer();
    onTestFinished(redis.kill);
    const vendor = await startVendorFor(plivoDialect, { MAXXX: "t" });
    const account = `type: plivo, authId: MAXXX, authToken: t, ${SENDER}, baseUrl: "${vendor.origin}"`;
    const gateway = await start(live(account, `store: { type: redis, url: "${redis.url}" }`));
    expect([await post(gateway), await post(gateway)]).toEqual(["sent", "duplicate"]);
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    expect(await client.dbsize()).toBeGreaterThan(0);
    expect(gateway.output()).not.toContain("shared store is away");
  });

  it("shows the inbox's page with its script and styles", async () => {
    const gateway = await start({});
    expect(await post(gateway)).toBe("captured");
    const page = await (await fetch(gateway.inboxUrl)).text();
    const parts = [...page.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path);
    expect(parts.length).toBeGreaterThan(1);
    for (const path of parts) expect([path, (await fetch(gateway.inboxUrl + path)).status]).toEqual([path, 200]);
  });

  it("takes a changed configuration", async () => {
    const file = join(folder, "changing.yaml");
    const keyed = (secret: string) => `mode: dev\nauth: { keys: [{ id: kratos, secret: ${secret} }] }\n`;
    await writeFile(file, keyed("a-key"));
    const gateway = await start({ env: { GATEWAY_CONFIG: file } });
    expect(await post(gateway)).toBe("captured");
    await writeFile(file, keyed("another-key"));
    process.kill(gateway.pid, "SIGHUP");
    await poll("the old key is still taken", 10_000, async () => (await post(gateway)) === "unauthorized" || undefined);
    expect(await post(gateway, { "x-api-key": "another-key" })).not.toBe("unauthorized");
  });
});

describe("an OpenTelemetry SDK of the user's own, with an API of its own", () => {
  it("is found, and gets the spans of a message below Kratos' own", async () => {
    const collected: Span[] = [];
    const collector = createServer(async (request, response) => {
      for await (const line of request) collected.push(...JSON.parse(String(line)));
      response.end();
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void collector.close());
    const { port } = collector.address() as AddressInfo;
    const project = await bringOpenTelemetry(join(folder, "tracing"), `http://127.0.0.1:${port}`);
    const gateway = await start({ nodeFlags: ["--import", join(project, "otel.mjs")] });
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await post(gateway, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    const spans = await poll("two spans", 10_000, async () => (collected.length > 1 ? collected : undefined));
    expect(spans.map(({ name }) => name)).toEqual(["sms.attempt", "sms.message"]);
    expect(spans.map((span) => span.traceId)).toEqual([traceId, traceId]);
  });
});

interface Span {
  name: string;
  traceId: string;
}

/** A folder as a user has it who wants traces: the SDK with its own API, and a file that registers it. */
async function bringOpenTelemetry(project: string, collector: string): Promise<string> {
  await mkdir(join(project, "node_modules/@opentelemetry"), { recursive: true });
  for (const name of await readdir("node_modules/@opentelemetry"))
    await cp(join("node_modules/@opentelemetry", name), join(project, "node_modules/@opentelemetry", name), {
      recursive: true,
    });
  await writeFile(join(project, "otel.mjs"), OTEL.replace("COLLECTOR", collector));
  return project;
}

const OTEL = `
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

const exporter = {
  async export(spans, done) {
    const body = JSON.stringify(spans.map((span) => ({ name: span.name, traceId: span.spanContext().traceId })));
    await fetch("COLLECTOR", { method: "POST", body });
    done({ code: 0 });
  },
  async shutdown() {},
};
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
`;
