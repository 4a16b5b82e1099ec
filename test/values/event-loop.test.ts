import { describe, expect, it } from "vitest";
import { watchEventLoop } from "../../src/values/event-loop.ts";
import { poll } from "../helpers/program.ts";

/** Keeps the whole thread from its work. */
const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe("the event loop's delay", () => {
  it("is as long as something kept the loop from its work, until it was asked for", async () => {
    const delays = watchEventLoop();
    const readings: number[] = [];
    let turn = 0;
    // It begins to look some time after it was asked: what blocks by then is not seen, the next one is.
    await poll("a late one, seen", 10_000, async () => {
      turn += 1;
      if (turn % 2 === 1) block(300);
      else readings.push(delays().get(1) ?? Number.NaN);
      return (readings.at(-1) ?? 0) > 200 || undefined;
    });
    expect(delays().get(1)).toBeLessThan(readings.at(-1) ?? 0);
  });
});
