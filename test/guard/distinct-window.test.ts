import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDistinctWindow } from "../../src/guard/distinct-window.ts";

const PER_MS = 10;
const MAX = 6;

interface Seen {
  member: number;
  atMs: number;
}

const groupOf = (member: number) => member % 3;

/** The same by looking at everything each time. */
function naive(seen: Seen[], nowMs: number): Seen[] {
  const newest = seen.filter(({ member }, index) => seen.findLastIndex((one) => one.member === member) === index);
  return newest.filter(({ atMs }) => atMs > nowMs - PER_MS).slice(-MAX);
}

describe("a distinct window", () => {
  it("counts what a look at everything would count, whoever comes when", () => {
    const step = fc.record({ member: fc.integer({ min: 0, max: 12 }), pauseMs: fc.integer({ min: 0, max: 4 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = createDistinctWindow<number>(PER_MS, MAX);
        let seen: Seen[] = [];
        let nowMs = 0;
        for (const { member, pauseMs } of steps) {
          nowMs += pauseMs;
          seen = naive([...seen, { member, atMs: nowMs }], nowMs);
          const inGroup = seen.filter((one) => groupOf(one.member) === groupOf(member)).length;
          expect(window.add(member, groupOf(member), nowMs)).toBe(inGroup);
          const kept = seen.map((one) => one.member);
          for (let one = 0; one <= 12; one += 1) expect(window.has(one, groupOf(one))).toBe(kept.includes(one));
        }
      }),
    );
  });

  it("costs at its bound what it costs below: side by side, the median of many short turns", () => {
    const BOUND = 32_768;
    const TURNS = 64;
    const perTurn = BOUND / TURNS;
    const adder = () => {
      const window = createDistinctWindow<number>(600_000);
      let member = 0;
      return (count: number) => {
        for (const end = member + count; member < end; member += 1) window.add(member, member >> 10, 1);
      };
    };
    const turn = (add: (count: number) => void) => {
      const startedMs = performance.now();
      add(perTurn);
      return performance.now() - startedMs;
    };
    const below = adder();
    const full = adder();
    full(BOUND);
    // Each is new to its window; the one below has room for all turns. Both have the same neighbours on this machine.
    const rounds = Array.from({ length: TURNS }, () => [turn(full), turn(below)]);
    const median = (side: 0 | 1) =>
      rounds.map((round) => round[side] ?? 0).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
    expect(median(0) / median(1)).toBeLessThan(8);
  });
});
