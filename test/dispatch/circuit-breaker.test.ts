import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BreakerVerdict, createCircuitBreaker } from "../../src/dispatch/circuit-breaker.ts";
import type { BreakerState } from "../../src/sms/event.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

/** A breaker on a virtual clock, without jitter unless told. */
function breaker(fraction = 0) {
  const clock = createVirtualClock();
  const changes: BreakerState[] = [];
  const made = createCircuitBreaker(clock, { id: () => "", fraction: () => fraction }, (state) => changes.push(state));
  const attempts = (...verdicts: BreakerVerdict[]) => {
    for (const verdict of verdicts) made.begin()(verdict);
  };
  const mayGo = () => made.readyAtMs() <= clock.monotonicMs();
  return { ...made, clock, changes, attempts, mayGo };
}

describe("the circuit breaker", () => {
  it.each<[sentence: string, verdicts: BreakerVerdict[], state: BreakerState]>([
    ["stays closed while all is well", ["well", "well", "well"], "closed"],
    ["forgives two failures in a row", ["failed", "failed", "well", "failed", "failed"], "closed"],
    ["opens at three failures in a row", ["failed", "failed", "failed"], "open"],
    ["opens at once when the account is refused", ["down"], "open"],
    ["learns nothing from refusals of a message", Array(1_000).fill("silent"), "closed"],
    ["is not reset by refusals of a message", ["failed", "failed", "silent", "failed"], "open"],
    [
      "opens when half of ten fail",
      ["failed", "well", "failed", "well", "failed", "well", "failed", "well", "failed", "failed"],
      "open",
    ],
    [
      "stays closed when fewer do",
      ["well", "well", "failed", "well", "failed", "well", "failed", "well", "failed", "well"],
      "closed",
    ],
    [
      "judges no share before there are ten",
      ["failed", "failed", "well", "failed", "failed", "well", "failed", "failed", "well"],
      "closed",
    ],
  ])("%s", (_, verdicts, state) => {
    const { attempts, state: now } = breaker();
    attempts(...verdicts);
    expect(now()).toBe(state);
  });

  it("forgets what is older than 30 s", async () => {
    const { attempts, state, clock } = breaker();
    attempts("failed", "failed", "well", "failed", "failed", "well", "failed", "failed");
    await clock.advance(30_000);
    attempts("well", "failed", "failed");
    expect(state()).toBe("closed");
  });

  it("lets one message probe after 5 s, and closes when that is well", async () => {
    const { attempts, state, clock, mayGo, begin, changes } = breaker();
    attempts("down");
    await clock.advance(4_999);
    expect([state(), mayGo()]).toEqual(["open", false]);
    await clock.advance(1);
    expect([state(), mayGo()]).toEqual(["half-open", true]);
    const probe = begin();
    expect(mayGo()).toBe(false);
    probe("well");
    expect([state(), mayGo()]).toEqual(["closed", true]);
    expect(changes).toEqual(["open", "half-open", "closed"]);
  });

  it("doubles its time with each probe that fails, to 25 s at most, and starts anew once it was well", async () => {
    const { attempts, clock, readyAtMs } = breaker();
    const openMs: number[] = [];
    attempts("down");
    for (let round = 0; round < 5; round++) {
      openMs.push(readyAtMs() - clock.monotonicMs());
      await clock.advance(openMs.at(-1) ?? 0);
      attempts("failed");
    }
    expect(openMs).toEqual([5_000, 10_000, 20_000, 25_000, 25_000]);
    await clock.advance(25_000);
    attempts("well", "down");
    expect(readyAtMs() - clock.monotonicMs()).toBe(5_000);
  });

  it("never waits longer than that for jitter", () => {
    const { attempts, clock, readyAtMs } = breaker(0.999);
    attempts("down");
    const openMs = readyAtMs() - clock.monotonicMs();
    expect(openMs).toBeGreaterThanOrEqual(4_000);
    expect(openMs).toBeLessThan(5_000);
  });

  it("lets the next message probe when the probe taught nothing", async () => {
    const { attempts, state, clock, mayGo } = breaker();
    attempts("down");
    await clock.advance(5_000);
    attempts("silent");
    expect([state(), mayGo()]).toEqual(["half-open", true]);
  });

  it("takes no notice of attempts that began in a state long past", async () => {
    const { attempts, state, clock, begin, mayGo } = breaker();
    const early = [begin(), begin(), begin()];
    attempts("down");
    early[0]?.("well");
    expect(state()).toBe("open");
    await clock.advance(5_000);
    const probe = begin();
    early[1]?.("failed");
    expect([state(), mayGo()]).toEqual(["half-open", false]);
    probe("well");
    early[2]?.("down");
    expect(state()).toBe("closed");
  });

  it("holds for every history: it opens only for failures, and lets at most one attempt probe", async () => {
    const step = fc.oneof(
      fc.record({ end: fc.constantFrom<BreakerVerdict>("well", "failed", "down", "silent") }),
      fc.record({ wait: fc.integer({ min: 1, max: 40_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
        const { begin, clock, state, mayGo, changes } = breaker();
        for (const step of steps) {
          if ("wait" in step) await clock.advance(step.wait);
          else if (mayGo()) {
            const wasHalfOpen = state() === "half-open";
            const end = begin();
            if (wasHalfOpen) expect(mayGo()).toBe(false);
            const before = changes.length;
            end(step.end);
            if (changes.slice(before).includes("open")) expect(["failed", "down"]).toContain(step.end);
            if (step.end === "well" && wasHalfOpen) expect(state()).toBe("closed");
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
