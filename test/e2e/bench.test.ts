import { expect, it } from "vitest";
import { refuseStaleBuild } from "../helpers/gateway-process.ts";
import { startProgram } from "../helpers/program.ts";

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
  const program = await startProgram({
    command: process.execPath,
    args: ["bench/run.mjs"],
    env: { ...process.env, BENCH_ROUNDS: "1", BENCH_SECONDS: "0.2", BENCH_WARM: "100" },
    isReady: async () => true,
    readyWithinMs: 1_000,
  });
  await program.ended;
  for (const goal of GOALS) expect(program.output()).toContain(goal);
});
