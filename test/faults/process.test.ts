import { Agent } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  acceptedBy,
  expectKept,
  type FaultBenchOptions,
  fresh,
  type Line,
  liveYaml,
  originsOf,
  type ProviderName,
  readMetrics,
  SECRETS,
  startLines,
  tagOf,
} from "../helpers/fault-bench.ts";
import type { Fault } from "../helpers/fault-proxy.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { type GatewayProcess, startGatewayProcess } from "../helpers/gateway-process.ts";
import { startGatewayInShell } from "../helpers/gateway-shell.ts";
import { type CourierMessage, createKratosDouble, postOnce } from "../helpers/kratos-double.ts";
import { readLog, reckon } from "../helpers/ledger.ts";
import { certificate } from "../helpers/vendor-certificate.ts";
import { createTotals, longTitle, unlessLong } from "./totals.ts";

const add = createTotals();
const ROUNDS = unlessLong ? 3 : 20;

type Lines = Record<ProviderName, Line>;

/** Programs start one after the other: all at once, a small machine would starve each of them. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<Started>(start: () => Promise<Started>): Promise<Started> {
  const started = turn.then(start);
  turn = started.catch(() => {});
  return started;
}

/** Fails after all of them have ended: what a forgotten one started later would outlive the test. */
async function allEnded(works: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** One port for every gateway of a test: Kratos knows no other. */
async function startSuccession(lines: Lines, options: FaultBenchOptions = {}) {
  const [port = 0, opsPort = 0] = await freePorts(2);
  const env = { PORT: String(port), OPS_PORT: String(opsPort) };
  const started: GatewayProcess[] = [];
  const next = async () => {
    const gateway = await startGatewayProcess({
      env,
      configYaml: liveYaml(originsOf(lines), options),
    });
    started.push(gateway);
    return gateway;
  };
  onTestFinished(async () => {
    await Promise.all(started.map((gateway) => gateway.stop("SIGKILL")));
  });
  return { next, url: `http://127.0.0.1:${port}`, output: () => started.map((gateway) => gateway.output()).join("") };
}

/** So many instances of Kratos, each with one worker and a queue of its own; answers when all of them are done. */
function startKratos(url: string, instances: number, messagesEach: number): Promise<CourierMessage[]> {
  const works = Array.from({ length: instances }, async () => {
    const double = createKratosDouble({ url: () => url, apiKey: SECRETS.kratos, messageRetries: 1_000 });
    onTestFinished(double.close);
    for (let count = 0; count < messagesEach; count++) double.queue(fresh());
    return double.work();
  });
  return Promise.all(works).then((all) => all.flat());
}

function createPoster(url: string) {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const messages: CourierMessage[] = [];
  const post = async (): Promise<CourierMessage> => {
    const message: CourierMessage = { ...fresh(), status: "queued", sendCount: 1, posts: [], tookMs: 0 };
    messages.push(message);
    message.posts.push((await postOnce(url, SECRETS.kratos, message, agent, 10_000)).post);
    return message;
  };
  return { messages, post, hangUp: () => agent.destroy() };
}

/** What the books say once the log is written: it comes a moment after the answers. */
async function settle(
  lines: Lines,
  messages: readonly CourierMessage[],
  log: () => string,
  metrics?: string,
  hopeless = false,
) {
  const books = () => ({
    messages,
    accepted: acceptedBy(lines),
    log: log(),
    tag: tagOf,
    answerWithinMs: 8_000,
    standstillMs: unlessLong ? 10_000 : 0,
    hopeless,
    ...(metrics !== undefined && { metrics }),
  });
  await expect.poll(() => reckon(books()).broken, { timeout: 5_000 }).toEqual([]);
  const reckoning = add(reckon(books()));
  const answers = JSON.stringify(messages.map(({ posts }) => posts));
  expectKept(reckoning, [log(), metrics, answers].join("\n"), messages);
  return reckoning;
}

describe("SIGTERM", () => {
  // All at a time, since each takes the five seconds of grace.
  it("F25 under load: every code is sent exactly once · F35 with a log that nobody takes: it goes on, and ends", {
    timeout: 90_000,
  }, async () => {
    const logs = Promise.all(
      Object.entries(LOGS).map(async ([how, script]) => [how, await useAndEnd(script)] as const),
    );
    await allEnded([...[0, 1, 2].map(endUnderLoad), logs.then(() => {})]);
    const logged = await logs;
    for (const [how, { accepted, notSent, ended, end }] of logged) {
      expect({ how, accepted, notSent, ended }).toEqual({ how, accepted: 220, notSent: [], ended: "in time" });
      // Node cannot exit by itself while a write to a blocked pipe is under way.
      if (how !== "is read by nobody") expect({ how, ...end }).toEqual({ how, exitCode: 0, signal: null });
    }
  });

  it.skipIf(unlessLong).each([3, 6, 9, 12, 15, 18])(
    `F25 rounds %i and following${longTitle}`,
    { timeout: 90_000 },
    async (round) => allEnded([round, round + 1, round + 2].map(endUnderLoad)),
  );
});

/** Shell scripts in whose log the gateway cannot write. */
const LOGS: Record<string, string> = {
  "is full": "exec $GATEWAY > /dev/full",
  "is read by nobody": "mkfifo log && exec 3<>log && exec $GATEWAY > log",
  "has lost its reader": "mkfifo log && { head -c 1 log > head & } && exec $GATEWAY > log",
  "is closed": "exec $GATEWAY >&-",
};

async function endUnderLoad(round: number): Promise<void> {
  const lines = await startLines();
  for (const { proxy } of Object.values(lines)) await proxy.set({ kind: "delay", ms: 70 });
  const { next, url, output } = await startSuccession(lines);
  const first = await next();
  const work = startKratos(url, 3, 80);
  await pause(200 + round * 37);
  const toldMs = performance.now();
  expect(await first.stop()).toEqual({ exitCode: 0, signal: null });
  expect(performance.now() - toldMs).toBeLessThan(15_000);
  await next();
  const messages = await work;
  expect(await settle(lines, messages, output)).toMatchObject({ sent: 240, failed: 0, twice: [] });
}

async function useAndEnd(script: string) {
  const lines = await startLines();
  const gateway = await inTurn(() => startGatewayInShell(script, liveYaml(originsOf(lines))));
  const { messages, post } = createPoster(gateway.gatewayUrl);
  // Each line of the log has some 400 bytes, a pipe takes 64 KiB.
  for (let count = 0; count < 220; count++) await post();
  const toldMs = performance.now();
  const end = await gateway.stop();
  const ended = performance.now() - toldMs < 15_000 ? "in time" : "late";
  const notSent = messages.filter(({ posts }) => posts[0]?.outcome !== "sent");
  return { accepted: lines["twilio-main"].vendor.accepted.length, notSent, end, ended };
}

describe("SIGKILL under load", () => {
  it(`F26 ${ROUNDS} times: nothing is lost, and only what was under way may be sent again`, {
    timeout: 180_000,
  }, async () => {
    const lines = await startLines();
    for (const { proxy } of Object.values(lines)) await proxy.set({ kind: "delay", ms: 40 });
    const { next, url, output } = await startSuccession(lines);
    let gateway = await next();
    const work = startKratos(url, 2, 20 * ROUNDS);
    for (let round = 0; round < ROUNDS; round++) {
      await pause(150 + ((round * 61) % 200));
      expect(await gateway.stop("SIGKILL")).toEqual({ exitCode: null, signal: "SIGKILL" });
      gateway = await next();
    }
    const messages = await work;
    const reckoning = await settle(lines, messages, output);
    expect(reckoning).toMatchObject({ sent: 40 * ROUNDS, failed: 0 });
    expect(reckoning.ambiguous).toBeLessThanOrEqual(2 * ROUNDS);
  });
});

describe("a process that stands still", () => {
  const standStill = async ({ pid }: GatewayProcess, ms: number) => {
    process.kill(pid, "SIGSTOP");
    await pause(ms);
    process.kill(pid, "SIGCONT");
  };

  it("F32 past an attempt's time reads the answer that came meanwhile: the next vendor is not asked", async () => {
    const lines = await startLines();
    const { next, url, output } = await startSuccession(lines, { attemptTimeoutMs: 800 });
    const gateway = await next();
    const { messages, post } = createPoster(url);
    const { vendor, proxy } = lines["twilio-main"];
    await post();
    await proxy.set({ kind: "delay", ms: 300 });
    const posts = [post(), post(), post()];
    await expect.poll(() => vendor.accepted.length, { interval: 5 }).toBe(4);
    await standStill(gateway, 1_500);
    await Promise.all(posts);
    expect(lines["plivo-main"].vendor.requests).toEqual([]);
    expect(await settle(lines, messages, output)).toMatchObject({ sent: 4, ambiguous: 0, twice: [] });
  });

  it("F32 sends what came meanwhile as soon as it goes on, and refuses none of it", { timeout: 30_000 }, async () => {
    const lines = await startLines();
    const { next, url, output } = await startSuccession(lines);
    const gateway = await next();
    const { messages, post } = createPoster(url);
    await post();
    const still = standStill(gateway, 2_000);
    const posts = Array.from({ length: 50 }, post);
    await still;
    await Promise.all(posts);
    expect(await settle(lines, messages, output)).toMatchObject({ sent: 51, failed: 0, ambiguous: 0, twice: [] });
  });
});

describe("TLS", () => {
  const rows: [fault: Fault, code: string][] = [
    [{ kind: "certificate", certificate: "expired" }, "CERT_HAS_EXPIRED"],
    [{ kind: "certificate", certificate: "wrong-host" }, "ERR_TLS_CERT_ALTNAME_INVALID"],
    [{ kind: "certificate", certificate: "untrusted" }, "DEPTH_ZERO_SELF_SIGNED_CERT"],
    [{ kind: "blackhole" }, "CONNECT_TIMEOUT"],
  ];

  it("F3 with a certificate that is over, of another host or of nobody, or no handshake: certainly not sent", {
    timeout: 60_000,
  }, async () => {
    const lines = { ...(await startLines()), "twilio-main": (await startLines({ tls: true }))["twilio-main"] };
    const script = 'printf %s "$CA" > ca.pem && exec env NODE_EXTRA_CA_CERTS=ca.pem $GATEWAY';
    const yaml = liveYaml(originsOf(lines));
    const gateway = await startGatewayInShell(script, yaml, { CA: certificate });
    const { messages, post } = createPoster(gateway.gatewayUrl);
    const attemptsAfterPost = async () => {
      await post();
      await expect.poll(() => readLog(gateway.output()).length, { timeout: 10_000 }).toBe(messages.length);
      return readLog(gateway.output()).at(-1)?.attempts;
    };
    const { proxy, vendor } = lines["twilio-main"];
    for (const [fault, code] of rows) {
      await proxy.set({ kind: "none" });
      expect(await attemptsAfterPost()).toMatchObject([{ provider: "twilio-main", outcome: "sent" }]);
      await proxy.set({ kind: "refuse" }); // ends the connections that are open
      await proxy.set(fault);
      expect(await attemptsAfterPost()).toMatchObject([
        { outcome: "not-sent", kind: "unavailable", detail: `no connection to Twilio (${code})` },
        { provider: "plivo-main", outcome: "sent" },
      ]);
    }
    expect(vendor.accepted).toHaveLength(rows.length);
    const metrics = await readMetrics(gateway.opsUrl);
    expect(await settle(lines, messages, gateway.output, metrics)).toMatchObject({
      sent: 2 * rows.length,
      ambiguous: 0,
    });
  });
});

describe("too few file descriptors", () => {
  it("F36 costs connections, never the truth: afterwards all is as before", { timeout: 60_000 }, async () => {
    const lines = await startLines();
    for (const { proxy } of Object.values(lines)) await proxy.set({ kind: "delay", ms: 300 });
    const yaml = liveYaml(originsOf(lines));
    const gateway = await startGatewayInShell("ulimit -n 150 && exec $GATEWAY", yaml);
    const { messages, post, hangUp } = createPoster(gateway.gatewayUrl);
    await post();
    await Promise.all(Array.from({ length: 200 }, post));
    const outcomes = messages.map(({ posts }) => posts[0]?.outcome ?? "no answer");
    expect(new Set(outcomes).size).toBeGreaterThan(1);
    hangUp();
    // The breakers that opened meanwhile need their five seconds.
    await expect.poll(async () => (await post()).posts[0]?.outcome, { timeout: 20_000, interval: 500 }).toBe("sent");
    const metrics = await readMetrics(gateway.opsUrl);
    await settle(lines, messages, gateway.output, metrics, true);
  });
});
