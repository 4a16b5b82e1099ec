import { Agent } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, onTestFinished } from "vitest";
import { type RunningApp, startApp } from "../../src/app.ts";
import { numberTag } from "../../src/sms/number-tag.ts";
import { systemClock } from "../../src/values/clock.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import { systemRandom } from "../../src/values/random.ts";
import { Secret } from "../../src/values/secret.ts";
import { findCanaries } from "./canaries.ts";
import { configure } from "./configure.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import {
  type CourierMessage,
  createKratosDouble,
  type KratosDouble,
  type KratosDoubleOptions,
  postOnce,
} from "./kratos-double.ts";
import { type Books, type Reckoning, readLog, reckon } from "./ledger.ts";
import { plivoDialect } from "./vendor-plivo.ts";
import { type Dialect, startVendor, type Vendor } from "./vendor-server.ts";
import { snsDialect } from "./vendor-sns.ts";
import { twilioDialect } from "./vendor-twilio.ts";

/** The accounts that a bench can have. */
export type ProviderName = "twilio-main" | "plivo-main" | "sns-eu";

/** A stand-in with the proxy before it. */
export interface Line {
  vendor: Vendor;
  proxy: FaultProxy;
  dialect: Dialect;
}

/** How a bench differs from two vendors and the time-outs of production. */
export interface FaultBenchOptions {
  chain?: ProviderName[];
  attemptTimeoutMs?: number;
  onUnknown?: "next" | "hold";
  maxInFlight?: number;
  /** In place of the proxy's origin. */
  baseUrls?: Partial<Record<ProviderName, string>>;
}

/** A gateway in live mode between a double of Kratos and stand-ins of the vendors. */
export interface FaultBench {
  app: RunningApp;
  lines: Record<ProviderName, Line>;
  /** Everything logged so far. */
  log(): string;
  /**
   * How many requests with this bench's messages reached a vendor. Whoever waits for a program to come up knocks at a
   * port that may be a stand-in's by now: such strays do not count.
   */
  requestsTo(name: ProviderName): number;
  /** Posts a message of its own once, as Kratos does. */
  post(changes?: Partial<Fresh>): Promise<CourierMessage>;
  kratos(options?: Partial<KratosDoubleOptions>): KratosDouble;
  /** Reads everything the gateway ever let out, and fails the test when a promise was broken. */
  settle(options?: { hopeless?: boolean }): Promise<Reckoning>;
}

/** A message that no other resembles. */
export interface Fresh {
  to: string;
  code: string;
  text: string;
  template: string;
}

/** What the configuration of every bench holds, and no output may. */
export const SECRETS = {
  gateway: "fault-secret-of-the-gateway-0123456789",
  kratos: "fault-key-of-kratos-0123456789abcdef",
  admin: "fault-key-of-the-admin-0123456789abcd",
  twilio: "fault-token-of-twilio",
  plivo: "fault-token-of-plivo",
  sns: "fault-secret-of-sns-0123456789",
} as const;

const VENDORS: Record<ProviderName, { dialect: Dialect; accounts: Record<string, string> }> = {
  "twilio-main": { dialect: twilioDialect, accounts: { AC0: SECRETS.twilio } },
  "plivo-main": { dialect: plivoDialect, accounts: { MAXXX: SECRETS.plivo } },
  "sns-eu": { dialect: snsDialect, accounts: { AKIAXXX: SECRETS.sns } },
};

const ANSWER_WITHIN_MS = 8_000;
// Each process has messages of its own: what strays from one to another is seen.
let freshCount = (process.pid % 90) * 1_100;

/** A number and a code of their own. */
export function fresh(changes: Partial<Fresh> = {}): Fresh {
  freshCount += 1;
  // 7919 and 10000 have no common divisor: no number repeats, and none looks like its neighbour.
  const to = `+4915735${String((90_000 + freshCount * 7_919) % 100_000).padStart(5, "0")}`.padEnd(14, "0");
  const code = String(100_003 + ((freshCount * 611_953) % 899_981));
  return { to, code, text: `Your login code is: ${code}\n`, template: "login_code_valid", ...changes };
}

/** The configuration file of a gateway in live mode. */
export function liveYaml(baseUrls: Record<ProviderName, string>, options: FaultBenchOptions = {}): string {
  const {
    chain = ["twilio-main", "plivo-main"],
    attemptTimeoutMs = 3_000,
    onUnknown = "next",
    maxInFlight = 80,
  } = options;
  const sender = 'sender: { default: { from: "+14155550101" } }';
  return `
mode: live
secret: ${SECRETS.gateway}
listen: { host: 127.0.0.1, port: 0 } # PORT and OPS_PORT of a process win
ops: { host: 127.0.0.1, port: 0 }
auth: { keys: [{ id: kratos, secret: ${SECRETS.kratos} }] }
admin: { keys: [{ id: ops, secret: ${SECRETS.admin} }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: ${SECRETS.twilio}, ${sender}, maxInFlight: ${maxInFlight}, baseUrl: "${baseUrls["twilio-main"]}" }
  plivo-main: { type: plivo, authId: MAXXX, authToken: ${SECRETS.plivo}, ${sender}, maxInFlight: ${maxInFlight}, baseUrl: "${baseUrls["plivo-main"]}" }
  sns-eu: { type: sns, region: eu-central-1, accessKeyId: AKIAXXX, secretAccessKey: ${SECRETS.sns}, sender: { default: { senderId: ACME } }, maxInFlight: ${maxInFlight}, baseUrl: "${baseUrls["sns-eu"]}" }
routes: [{ name: default, chain: [${chain.join(", ")}] }]
destinations: { countries: [DE] }
failover: { attemptTimeout: ${attemptTimeoutMs}ms, onUnknown: ${onUnknown} }
`;
}

/** Starts stand-ins with a proxy before each; they end with the test. */
export async function startLines(options: { tls?: boolean } = {}): Promise<Record<ProviderName, Line>> {
  const names = Object.keys(VENDORS) as ProviderName[];
  const started = names.map(async (name) => {
    const { dialect, accounts } = VENDORS[name];
    const vendor = await startVendor(dialect, accounts);
    const proxy = await startFaultProxy(vendor.origin, options);
    onTestFinished(async () => {
      await proxy.close();
      await vendor.close();
    });
    return [name, { vendor, proxy, dialect }] as const;
  });
  return Object.fromEntries(await Promise.all(started)) as Record<ProviderName, Line>;
}

/** The origins of the proxies. */
export function originsOf(lines: Record<ProviderName, Line>): Record<ProviderName, string> {
  const entries = Object.entries(lines).map(([name, { proxy }]) => [name, proxy.origin]);
  return Object.fromEntries(entries) as Record<ProviderName, string>;
}

/** What every vendor took. */
export function acceptedBy(lines: Record<ProviderName, Line>): Books["accepted"] {
  return Object.fromEntries(Object.entries(lines).map(([name, { vendor }]) => [name, vendor.accepted]));
}

/** The tag that stands for a number in the log of every bench. */
export const tagOf: Books["tag"] = (to) => numberTag(createKeyed(new Secret(SECRETS.gateway)), to as never);

/** Starts a gateway in this process; all of it ends with the test. */
export async function startFaultBench(options: FaultBenchOptions = {}): Promise<FaultBench> {
  const lines = await startLines();
  let log = "";
  const write = (line: string) => {
    log += line;
  };
  const effects = { clock: systemClock, random: systemRandom, log: { write, dropped: () => 0 }, proxy: {} };
  const configuration = configure(liveYaml({ ...originsOf(lines), ...options.baseUrls }, options));
  const app = await startApp({ ...configuration, drainDelayMs: 0 }, effects);
  const agent = new Agent({ keepAlive: true });
  const standstill = monitorEventLoopDelay({ resolution: 10 });
  standstill.enable();
  onTestFinished(async () => {
    agent.destroy();
    await app.drain();
  });
  const messages: CourierMessage[] = [];
  return {
    app,
    lines,
    log: () => log,
    requestsTo: (name) =>
      lines[name].vendor.requests.filter(({ body }) => messages.some(({ to }) => body.includes(to.slice(1)))).length,
    async post(changes) {
      const message: CourierMessage = { ...fresh(changes), status: "queued", sendCount: 1, posts: [], tookMs: 0 };
      if (!messages.some(({ to }) => to === message.to)) messages.push(message);
      const { post } = await postOnce(app.urls.gateway, SECRETS.kratos, message, agent, 10_000);
      messages.find(({ to }) => to === message.to)?.posts.push(post);
      return messages.find(({ to }) => to === message.to) ?? message;
    },
    kratos(doubleOptions) {
      const double = createKratosDouble({ url: () => app.urls.gateway, apiKey: SECRETS.kratos, ...doubleOptions });
      onTestFinished(double.close);
      const queue: KratosDouble["queue"] = (message) => {
        const row = double.queue(message);
        messages.push(row);
        return row;
      };
      return { ...double, queue };
    },
    async settle({ hopeless = false } = {}) {
      const posts = messages.flatMap(({ posts }) => posts);
      // A caller that hung up leaves a message under way: it has its end, too.
      await expect.poll(() => readLog(log).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(posts.length);
      const metrics = await readMetrics(app.urls.ops);
      const output = [log, metrics, JSON.stringify(posts), await readAdmin(app, messages)];
      const reckoning = reckon({
        ...{ messages, accepted: acceptedBy(lines), log, metrics, tag: tagOf, hopeless },
        answerWithinMs: ANSWER_WITHIN_MS,
        standstillMs: standstill.max / 1e6,
      });
      expectKept(reckoning, output.join("\n"), messages);
      return reckoning;
    },
  };
}

/** Fails the test when a promise was broken or a canary got out. */
export function expectKept(reckoning: Reckoning, output: string, messages: readonly CourierMessage[]): void {
  const codes = messages.map(({ code }) => code);
  const numbers = messages.map(({ to }) => to.slice(1));
  const secrets = [...numbers, ...Object.values(SECRETS), "login code is"];
  expect(reckoning.broken).toEqual([]);
  expect(findCanaries(output, { codes, secrets })).toEqual([]);
  expect({ lost: reckoning.lost, unexplained: reckoning.unexplained }).toEqual({ lost: 0, unexplained: 0 });
}

/** The metrics of a gateway as text. */
export const readMetrics = async (opsUrl: string): Promise<string> => (await fetch(`${opsUrl}/metrics`)).text();

async function readAdmin({ urls }: RunningApp, messages: readonly CourierMessage[]): Promise<string> {
  const paths = messages.slice(0, 20).map(({ to }) => `messages?to=${encodeURIComponent(to)}`);
  const pages = ["providers", ...paths].map(async (path) => {
    const answer = await fetch(`${urls.ops}/admin/${path}`, { headers: { "x-api-key": SECRETS.admin } });
    return JSON.stringify([...answer.headers]) + (await answer.text());
  });
  return (await Promise.all(pages)).join("\n");
}
