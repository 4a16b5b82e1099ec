// Drives the built gateway beside a bare hop and an afternoon's work and prints ratios. All run beside each other and are driven
// by turns of a second at most: what a shared machine does meanwhile meets all alike.
// BENCH_ROUNDS=5 BENCH_SECONDS=2 npm run bench
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CONTENDERS, cpuSeconds, freePort, peakMegabytes, start } from "./contenders.mjs";
import { closedLoop, createPoster, openLoop, warmUp } from "./load.mjs";
import { startRedis } from "./redis.mjs";
import { printReport } from "./report.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MS = Number(process.env.BENCH_SECONDS ?? 2) * 1_000;
/** Until then an engine still compiles; capacity is what a process has that has run for a while. */
const WARM_MESSAGES = Number(process.env.BENCH_WARM ?? 15_000);
/** Each of them is remembered for a while: the more there are, the less the peak tells of those under way. */
const WARM_BEFORE_PEAK = Math.min(WARM_MESSAGES, 6_000);
const START_WITHIN_MS = 15_000;

const folder = mkdtempSync(join(tmpdir(), "bench-"));
const redis = await startRedis();
const names = Object.keys(CONTENDERS).filter((name) => redis || name !== "gateway+redis");
const vendors = { quick: await startVendor(0), slow: await startVendor(50) };
const results = Object.fromEntries(names.map((name) => [name, []]));

try {
  for (let round = 0; round < ROUNDS; round++) {
    // Another goes first each time: whatever the machine does meanwhile meets all alike.
    const order = names.map((_, place) => names[(place + round) % names.length]);
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
    const figures = [await measureQuick(order), await measureSlow(order)];
    for (const name of names) results[name].push({ ...figures[0][name], ...figures[1][name] });
  }
  process.stdout.write(printReport(results));
} finally {
  await Promise.all([vendors.quick.stop(), vendors.slow.stop(), redis?.stop()]);
  rmSync(folder, { recursive: true });
}

async function startVendor(latencyMs) {
  const port = await freePort();
  const child = start(new URL("./vendor.mjs", import.meta.url).pathname, { PORT: port, LATENCY_MS: latencyMs });
  return { ...child, url: `http://127.0.0.1:${port}` };
}

/** Cold start, capacity per second of processor time, and latency at 500 messages a second; of each contender by name. */
async function measureQuick(order) {
  const contenders = await startContenders(order, vendors.quick.url, 64);
  for (const { poster } of contenders) await warmUp(poster, 32, WARM_MESSAGES);
  // What each does while it is another's turn counts as well.
  const cpuBefore = contenders.map(({ child }) => cpuSeconds(child.pid));
  const loads = await byTurns(contenders, 32, 8);
  const perCpuSecond = contenders.map(({ child }, i) => loads[i].posted / (cpuSeconds(child.pid) - cpuBefore[i]));
  const figures = [];
  for (const [i, { name, poster, coldStartMs }] of contenders.entries()) {
    await pause(200);
    const latencies = await openLoop(poster, 500, MS);
    const at = (share) => latencies[Math.floor((latencies.length - 1) * share)];
    figures.push([name, { coldStartMs, perCpuSecond: perCpuSecond[i], p50Ms: at(0.5), p99Ms: at(0.99) }]);
  }
  await stopAll(contenders);
  return Object.fromEntries(figures);
}

/** The most memory that 512 callers and a vendor that takes 50 ms come to, and then how many messages a second; of each by name. */
async function measureSlow(order) {
  const contenders = await startContenders(order, vendors.slow.url, 512);
  const megabytes = [];
  for (const { child, poster } of contenders) {
    await warmUp(poster, 512, WARM_BEFORE_PEAK);
    await closedLoop(poster, 512, MS);
    megabytes.push(peakMegabytes(child.pid));
    await warmUp(poster, 512, WARM_MESSAGES - WARM_BEFORE_PEAK);
  }
  // Long turns: in each, 512 answers are awaited once more after its time is up.
  const loads = await byTurns(contenders, 512, 2);
  await stopAll(contenders);
  const figures = ({ name }, i) => [
    name,
    { perSecondAt512: loads[i].taken / loads[i].seconds, megabytes: megabytes[i] },
  ];
  return Object.fromEntries(contenders.map(figures));
}

/** As fast as so many callers get answers, one contender after the other, in so many turns that come to `MS` for each. */
async function byTurns(contenders, callers, turns) {
  const loads = contenders.map(() => ({ posted: 0, taken: 0, seconds: 0 }));
  const order = [...contenders.keys()];
  for (let turn = 0; turn < turns; turn++) {
    // There and back: nobody always comes after the same one.
    for (const i of turn % 2 === 0 ? order : order.toReversed()) {
      const { name, poster } = contenders[i];
      await warmUp(poster, callers, callers); // connections that were closed meanwhile
      const { taken, refused, seconds } = await closedLoop(poster, callers, MS / turns);
      if (refused > 0) throw new Error(`${name} did not take ${refused} of ${taken + refused} messages`);
      loads[i].posted += callers + taken;
      loads[i].taken += taken;
      loads[i].seconds += seconds;
    }
  }
  return loads;
}

async function startContenders(order, vendorUrl, connections) {
  const contenders = [];
  for (const name of order) {
    const started = await startContender(name, vendorUrl);
    contenders.push({ name, ...started, poster: createPoster(started.url, connections) });
  }
  return contenders;
}

async function stopAll(contenders) {
  await Promise.all(contenders.flatMap(({ poster, child }) => [poster.close(), child.stop()]));
}

async function startContender(name, vendorUrl) {
  const port = await freePort();
  const { script, env } = CONTENDERS[name]({ folder, vendorUrl, port, redisUrl: redis?.url });
  const startedMs = performance.now();
  const child = start(script, { PORT: String(port), VENDOR_URL: vendorUrl, ...env });
  const url = `http://127.0.0.1:${port}`;
  const poster = createPoster(url, 1);
  while ((await poster.post()) !== 200) {
    if (performance.now() - startedMs > START_WITHIN_MS) throw new Error(`${name} took no message within 15 s`);
    await pause(5);
  }
  const coldStartMs = performance.now() - startedMs;
  await poster.close();
  return { child, url, coldStartMs };
}
