import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sharedTimers } from "../../src/values/shared-timers.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

/** One who waits, and perhaps leaves before. */
const waiting = fc.record({
  startMs: fc.integer({ min: 0, max: 40 }),
  ms: fc.constantFrom(0, 5, 20),
  leaveAfterMs: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
});

describe("shared timers", () => {
  it("wake everybody at the moment at which a timer of their own would", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(waiting, { maxLength: 12 }), async (waiters) => {
        const clock = createVirtualClock();
        const shared = sharedTimers(clock);
        const woken = { shared: [] as string[], own: [] as string[] };
        for (const [index, { startMs, ms, leaveAfterMs }] of waiters.entries()) {
          clock.after(startMs, () => {
            const leaveShared = shared(ms, () => woken.shared.push(`${index} at ${clock.monotonicMs()}`));
            const leaveOwn = clock.after(ms, () => woken.own.push(`${index} at ${clock.monotonicMs()}`));
            // Not the moment of waking itself, at which either may be first.
            if (leaveAfterMs === undefined || leaveAfterMs === ms) return;
            clock.after(leaveAfterMs, () => {
              leaveShared();
              leaveOwn();
            });
          });
        }
        await clock.advance(100);
        expect(woken.shared.sort()).toEqual(woken.own.sort());
        expect(clock.sleepers()).toBe(0);
      }),
    );
  });

  it("are one for all that wait equally long, and none when all have left", async () => {
    const clock = createVirtualClock();
    const wait = sharedTimers(clock);
    const leave = Array.from({ length: 100 }, () => wait(1_000, () => {}));
    expect(clock.sleepers()).toBe(1);
    for (const goes of leave) goes();
    expect(clock.sleepers()).toBe(0);
  });

  it("let whoever wakes wait again, and send others away", async () => {
    const clock = createVirtualClock();
    const wait = sharedTimers(clock);
    const woken: number[] = [];
    const again = () => {
      woken.push(clock.monotonicMs());
      leaveOther();
      if (woken.length < 3) wait(10, again);
    };
    wait(10, again);
    const leaveOther = wait(10, () => woken.push(-1));
    await clock.advance(100);
    expect(woken).toEqual([10, 20, 30]);
    expect(clock.sleepers()).toBe(0);
  });

  it("wake the others also when one that is woken throws", async () => {
    const clock = createVirtualClock();
    const wait = sharedTimers(clock);
    const woken: string[] = [];
    wait(10, () => {
      throw new Error("a bug");
    });
    wait(10, () => woken.push("the other"));
    await expect(clock.advance(10)).rejects.toThrow("a bug");
    wait(10, () => woken.push("a later one"));
    await clock.advance(20);
    expect(woken).toEqual(["the other", "a later one"]);
    expect(clock.sleepers()).toBe(0);
  });
});
