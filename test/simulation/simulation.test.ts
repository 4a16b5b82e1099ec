import { describe, expect, it } from "vitest";
import { brokenInvariants } from "./invariants.ts";
import { hashOf, simulate } from "./simulate.ts";

const FIRST_SEED = Number(process.env["SIMULATION_SEED"] ?? 1);
const RUNS = Number(process.env["SIMULATION_RUNS"] ?? (process.env["SIMULATION_SEED"] ? 1 : 1_000));
const SHOWN_LINES = 1_000;

/** What a seed breaks; alone, it shows its trace as well. */
async function play(seed: number): Promise<string[]> {
  try {
    const history = await simulate(seed);
    const broken = brokenInvariants(history);
    if (broken.length > 0 && RUNS === 1) process.stderr.write(`${history.trace.slice(0, SHOWN_LINES).join("\n")}\n`);
    return broken;
  } catch (error) {
    return [`the story comes to no end: ${error instanceof Error ? error.stack : error}`];
  }
}

describe("a simulated world", () => {
  it(`breaks no invariant in ${RUNS} schedules from seed ${FIRST_SEED} on`, {
    timeout: RUNS * 1_000 + 10_000,
  }, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      const replay = `replay it with SIMULATION_SEED=${seed} npx vitest run test/simulation`;
      expect(await play(seed), replay).toEqual([]);
    }
  });

  it("is the same for the same seed, and another for another", async () => {
    const hashes: string[] = [];
    for (const seed of [FIRST_SEED, FIRST_SEED, FIRST_SEED + 1]) hashes.push(hashOf(await simulate(seed)));
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});
