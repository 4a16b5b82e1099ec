import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FaultBenchOptions, startFaultBench } from "../helpers/fault-bench.ts";
import { startFullBacklog } from "../helpers/full-backlog.ts";
import { readLog } from "../helpers/ledger.ts";
import { finalRows, lastRows, notSentRows, type Row, sentRows, unknownRows } from "./rows.ts";
import { createTotals, longTitle, unlessLong } from "./totals.ts";

const add = createTotals();

/** One message, one post. */
async function meet(
  { set, options = {}, message, outcome, attempt, calls, twice }: Row,
  limits: FaultBenchOptions = {},
) {
  const bench = await startFaultBench({ ...options, ...limits });
  await set(bench);
  const { posts } = await bench.post(message);
  const { twilio, plivo, sns } = { twilio: "twilio-main", plivo: "plivo-main", sns: "sns-eu" } as const;
  const reached = [twilio, plivo, sns].map(bench.requestsTo);
  const [first] = readLog(bench.log())[0]?.attempts ?? [];
  expect(posts[0]).toMatchObject({ status: outcome === "failed" ? 503 : 200, outcome });
  expect(posts[0]?.raw).not.toMatch(/retry-after/i);
  expect([first?.outcome, first?.kind].filter(Boolean).join(" ")).toBe(attempt);
  expect(reached).toEqual([...calls, 0]);
  const reckoning = add(await bench.settle({ hopeless: true }));
  expect(reckoning.ambiguous).toBe(twice ?? 0);
  return posts[0]?.tookMs ?? Number.POSITIVE_INFINITY;
}

describe.each([
  ["certainly did not send: the next one takes it", notSentRows],
  ["refuses the person: nobody else is asked", finalRows],
  ["said success: it is sent, whatever follows", sentRows],
  ["leaves us not knowing: once more at the next one", unknownRows],
  ["is the last hope", lastRows],
])("a vendor that %s", (_, rows) => {
  it.each(rows)("$fault", async (row) => {
    expect(await meet(row)).toBeLessThan(5_000);
  });
});

describe.skipIf(unlessLong)(`with the time-outs of production${longTitle}`, () => {
  const rows = unknownRows.filter(({ options, fault }) => options && !fault.startsWith("F5"));
  it.each(rows)("$fault: one code within 5 s", async (row) => {
    expect(await meet(row, { attemptTimeoutMs: 3_000 })).toBeLessThan(5_000);
  });

  it("F5 answers after 3.5 s: one more code from the next one, within 5 s", async () => {
    const bench = await startFaultBench({ attemptTimeoutMs: 3_000 });
    await bench.lines["twilio-main"].proxy.set({ kind: "delay", ms: 3_500 });
    const { posts } = await bench.post();
    expect(posts[0]).toMatchObject({ status: 200, outcome: "sent" });
    expect(posts[0]?.tookMs).toBeLessThan(5_000);
    expect(add(await bench.settle()).ambiguous).toBe(1);
  });

  it.each([
    [2_900, "sent", 0],
    [3_400, "ambiguous", 1],
  ])("F20 all of three vendors take %i ms: %s within 8 s", async (ms, outcome, twice) => {
    const bench = await startFaultBench({ attemptTimeoutMs: 3_000, chain: ["twilio-main", "plivo-main", "sns-eu"] });
    for (const { proxy } of Object.values(bench.lines)) await proxy.set({ kind: "delay", ms });
    const { posts } = await bench.post();
    expect(posts[0]).toMatchObject({ status: 200, outcome });
    expect(posts[0]?.tookMs).toBeLessThan(8_250);
    expect(add(await bench.settle()).ambiguous).toBe(twice);
  });
});

describe("a vendor behind a dropping firewall", () => {
  it("F2 costs a second, is certainly not sent, and the next one takes it", async () => {
    const dropping = await startFullBacklog();
    onTestFinished(dropping.close);
    const options = { baseUrls: { "twilio-main": dropping.origin } };
    const row: Row = { fault: "", set: () => {}, outcome: "sent", attempt: "not-sent unavailable", calls: [0, 1] };
    const tookMs = await meet(row, options);
    expect(tookMs).toBeGreaterThan(900);
    expect(tookMs).toBeLessThan(4_000);
  });
});

describe("a connection that is used again", () => {
  it.each([
    ["F16 was reset while it was idle: nobody notices", "idle", [2, 0]],
    ["F16 resets under the second request: the next vendor takes it", "busy", [1, 1]],
  ] as const)("%s", async (_, when, calls) => {
    const bench = await startFaultBench();
    const { proxy } = bench.lines["twilio-main"];
    await bench.post();
    if (when === "busy") await proxy.set({ kind: "reset", when: "before-vendor" });
    else {
      await proxy.set({ kind: "refuse" });
      await proxy.set({ kind: "none" });
      await pause(100);
    }
    expect((await bench.post()).posts[0]?.outcome).toBe("sent");
    expect([bench.requestsTo("twilio-main"), bench.requestsTo("plivo-main")]).toEqual(calls);
    expect(add(await bench.settle())).toMatchObject({ sent: 2, ambiguous: 0 });
  });
});

describe("a dead primary", () => {
  it("F1 costs at most 3 calls in 20 messages, and no code is lost", async () => {
    const bench = await startFaultBench();
    bench.lines["twilio-main"].vendor.replyWith({ status: 500 });
    for (let count = 0; count < 20; count++) await bench.post();
    expect(bench.requestsTo("twilio-main")).toBeLessThanOrEqual(3);
    expect(add(await bench.settle())).toMatchObject({ sent: 20, failed: 0 });
  });

  it("F14 is not what a vendor is that refuses numbers: its breaker stays closed", async () => {
    const bench = await startFaultBench();
    bench.lines["twilio-main"].vendor.replyWith({
      status: 400,
      headers: { "content-type": "application/json" },
      body: '{"code":21211}',
    });
    for (let count = 0; count < 20; count++) await bench.post();
    expect(bench.requestsTo("twilio-main")).toBe(20);
    expect(bench.log()).not.toContain('"breaker"');
    expect(add(await bench.settle())).toMatchObject({ suppressed: 20 });
  });
});
