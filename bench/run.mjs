// Drives the built gateway beside a bare hop and an afternoon's work, by turns in one run, and prints ratios.
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
    for (const name of order) {
      process.stderr.write(`round ${round + 1} of ${ROUNDS}: ${name}\n`);
      results[name].push({ ...(await measureQuick(name)), ...(await measureSlow(name)) });
    }
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

/** Cold start, capacity per second of processor time, and latency at 500 messages a second. */
async function measureQuick(name) {
  const { child, url, coldStartMs } = await startContender(name, vendors.quick.url);
  const poster = createPoster(url, 64);
  await warmUp(poster, 32, WARM_MESSAGES);
  const cpuBefore = cpuSeconds(child.pid);
  const { taken, refused } = await closedLoop(poster, 32, MS);
  const perCpuSecond = taken / (cpuSeconds(child.pid) - cpuBefore);
  if (refused > 0) throw new Error(`${name} did not take ${refused} of ${taken + refused} messages`);
  await pause(200);
  const latencies = await openLoop(poster, 500, MS);
  const at = (share) => latencies[Math.floor((latencies.length - 1) * share)];
  await poster.close();
  await child.stop();
  return { coldStartMs, perCpuSecond, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** The most memory that 512 callers and a vendor that takes 50 ms come to, and then how many messages a second. */
async function measureSlow(name) {
  const { child, url } = await startContender(name, vendors.slow.url);
  const poster = createPoster(url, 512);
  await warmUp(poster, 512, WARM_BEFORE_PEAK);
  await closedLoop(poster, 512, MS);
  const megabytes = peakMegabytes(child.pid);
  await warmUp(poster, 512, WARM_MESSAGES - WARM_BEFORE_PEAK);
  const { taken, seconds } = await closedLoop(poster, 512, MS);
  await poster.close();
  await child.stop();
  return { perSecondAt512: taken / seconds, megabytes };
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
