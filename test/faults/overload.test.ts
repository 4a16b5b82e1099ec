import { Agent } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  acceptedBy,
  expectKept,
  fresh,
  liveYaml,
  originsOf,
  readMetrics,
  SECRETS,
  startLines,
  tagOf,
} from "../helpers/fault-bench.ts";
import { startGatewayInShell } from "../helpers/gateway-shell.ts";
import { type CourierMessage, postOnce } from "../helpers/kratos-double.ts";
import { readLog, reckon } from "../helpers/ledger.ts";
import { createTotals, unlessLong } from "./totals.ts";

const add = createTotals();
const SECONDS = unlessLong ? 4 : 20;

/** Two vendors, each answering five at a time after 400 ms: 25 messages a second and no more. */
const CAPACITY_PER_SECOND = 25;
const VENDOR_MS = 400;

async function offer(perSecond: number) {
  const lines = await startLines();
  for (const { proxy } of Object.values(lines)) await proxy.set({ kind: "delay", ms: VENDOR_MS });
  const yaml = liveYaml(originsOf(lines), { maxInFlight: 5, attemptTimeoutMs: 3_000 });
  const gateway = await startGatewayInShell("exec $GATEWAY", yaml);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const messages: CourierMessage[] = [];
  const post = async () => {
    const message: CourierMessage = { ...fresh(), status: "queued", sendCount: 1, posts: [], tookMs: 0 };
    messages.push(message);
    message.posts.push((await postOnce(gateway.gatewayUrl, SECRETS.kratos, message, agent, 10_000)).post);
  };
  await post(); // loads the vendors' code
  const posts: Promise<void>[] = [];
  const startedMs = performance.now();
  while (performance.now() - startedMs < SECONDS * 1_000) {
    // Whoever is late catches up: the offer does not depend on the answers.
    const due = ((performance.now() - startedMs) / 1_000) * perSecond;
    while (posts.length < due) posts.push(post());
    await pause(5);
  }
  const offeredMs = performance.now() - startedMs;
  await Promise.all(posts);
  await expect.poll(() => readLog(gateway.output()).length, { timeout: 10_000 }).toBe(messages.length);
  return { lines, gateway, messages, offeredMs, log: gateway.output() };
}

describe("three times as many messages as the vendors take", () => {
  it("F33 what is too much is refused at once, the rest goes out as fast as the vendors take it", {
    timeout: 60_000,
  }, async () => {
    const { lines, gateway, messages, offeredMs, log } = await offer(3 * CAPACITY_PER_SECOND);
    const refused = messages.flatMap(({ posts }) => posts).filter(({ status }) => status === 503);
    const refusedMs = refused.map(({ tookMs }) => tookMs);
    const loggedMs = readLog(log)
      .filter(({ outcome }) => outcome === "failed" || outcome === "shed")
      .map(({ durationMs }) => durationMs);
    const accepted = Object.values(lines).flatMap(({ vendor }) => vendor.accepted).length;
    expect(refused.length).toBeGreaterThan(0);
    // What the caller sees of it belongs to the machine, when that runs other tests at the same time.
    expect(percentile(loggedMs, unlessLong ? 0.5 : 0.99)).toBeLessThanOrEqual(50);
    const goodput = accepted / ((offeredMs / 1_000) * CAPACITY_PER_SECOND);
    const [p50, p90] = [0.5, 0.9].map((share) => Math.round(percentile(refusedMs, share)));
    console.log(`goodput ${Math.round(goodput * 100)} % · refused ${refused.length}, p50 ${p50} ms, p90 ${p90} ms`);
    if (!unlessLong) expect(goodput).toBeGreaterThanOrEqual(0.8);
    if (!unlessLong) expect(p90).toBeLessThanOrEqual(50);
    const books = {
      messages,
      accepted: acceptedBy(lines),
      log,
      metrics: await readMetrics(gateway.opsUrl),
      tag: tagOf,
    };
    const reckoning = add(
      reckon({ ...books, answerWithinMs: 8_000, standstillMs: unlessLong ? 10_000 : 0, hopeless: true }),
    );
    expectKept(reckoning, JSON.stringify(books.metrics + log), messages);
    expect(reckoning.ambiguous).toBe(0);
  });
});

function percentile(values: number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}
