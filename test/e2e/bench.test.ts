import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { refuseStaleBuild } from "../helpers/gateway-process.ts";

const GOALS = [
  "capacity per CPU second, of the bare hop's",
  "capacity per CPU second, times the afternoon's",
  "capacity at 50 ms and 512 in flight, of the bare hop's",
  "p99 added at 500/s, ms",
  "peak memory added, MB",
  "cold start, times the bare hop's",
];

it("measures every contender and sets each figure beside its goal", async () => {
  await refuseStaleBuild();
  const env = { ...process.env, BENCH_ROUNDS: "1", BENCH_SECONDS: "0.2", BENCH_WARM: "100" };
  const { stdout } = await promisify(execFile)(process.execPath, ["bench/run.mjs"], { env });
  for (const goal of GOALS) expect(stdout).toMatch(new RegExp(`${goal} +-?\\d+\\.\\d\\d +[≤≥] \\d`));
});
