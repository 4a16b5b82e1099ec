import { spawnSync } from "node:child_process";
import { getHeapSpaceStatistics } from "node:v8";
import { describe, expect, it } from "vitest";
import { tuneEngine } from "../../src/values/engine.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const MB = 1_048_576;

/** An engine whose young generation has a size of ours, and the flags that it was last told. */
function createEngine(youngMegabytes: number) {
  const flags = new Map<string, string | undefined>();
  const size = { youngMegabytes };
  return {
    flags,
    size,
    getHeapSpaceStatistics: () =>
      getHeapSpaceStatistics().map((space) =>
        space.space_name === "new_space" ? { ...space, space_size: size.youngMegabytes * MB } : space,
      ),
    setFlagsFromString(flag: string) {
      const [name = "", value] = flag.split("=");
      flags.set(name, value);
    },
  };
}

const GROWTH = "--semi-space-growth-factor";

describe("the engine", () => {
  it.each([
    [2, "2"],
    [15, "2"],
    [16, "1"],
    [32, "1"],
  ])("with a young generation of %i MB grows it by the factor %s", (megabytes, factor) => {
    const engine = createEngine(megabytes);
    tuneEngine(createVirtualClock(), engine);
    expect(engine.flags.get(GROWTH)).toBe(factor);
  });

  it("may grow its young generation again when it was shrunk while little was sent", async () => {
    const clock = createVirtualClock();
    const engine = createEngine(16);
    tuneEngine(clock, engine);
    engine.size.youngMegabytes = 2;
    await clock.advance(100);
    expect(engine.flags.get(GROWTH)).toBe("2");
    engine.size.youngMegabytes = 16;
    await clock.advance(100);
    expect(engine.flags.get(GROWTH)).toBe("1");
  });

  it("knows every flag that it is told", () => {
    const engine = createEngine(2);
    tuneEngine(createVirtualClock(), engine);
    const flags = [...engine.flags].map(([name, value]) => `${name}=${value}`);
    const { status, stderr } = spawnSync(process.execPath, [...flags, "--eval", ""], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("is let be when the program ends", async () => {
    const clock = createVirtualClock();
    const engine = createEngine(16);
    const letBe = tuneEngine(clock, engine);
    await clock.advance(2_500);
    letBe();
    engine.size.youngMegabytes = 2;
    await clock.advance(5_000);
    expect(engine.flags.get(GROWTH)).toBe("1");
  });
});
