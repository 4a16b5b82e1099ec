import { type Clock, sleepBy } from "../../src/values/clock.ts";

/** A clock that stands still until the test moves it. */
export interface VirtualClock extends Clock {
  /** Moves time, wakes each sleeper at its own moment in order, and lets what follows from that run before the next one. */
  advance(ms: number): Promise<void>;
  /** How many sleeps are under way. */
  sleepers(): number;
}

interface Sleeper {
  dueMs: number;
  wake: () => void;
}

/** A clock that starts at `startWallMs`; monotonic time starts at zero. */
export function createVirtualClock(startWallMs = Date.UTC(2026, 10, 21, 12)): VirtualClock {
  const sleepers = new Set<Sleeper>();
  let nowMs = 0;
  const after: Clock["after"] = (ms, wake) => {
    const sleeper = { dueMs: nowMs + ms, wake: () => void (sleepers.delete(sleeper) && wake()) };
    sleepers.add(sleeper);
    return () => void sleepers.delete(sleeper);
  };
  const next = () => [...sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    monotonicMs: () => nowMs,
    wallMs: () => startWallMs + nowMs,
    after,
    sleep: sleepBy(after),
    sleepers: () => sleepers.size,
    async advance(ms) {
      const untilMs = nowMs + ms;
      await turn();
      for (let due = next(); due !== undefined && due.dueMs <= untilMs; due = next()) {
        nowMs = Math.max(nowMs, due.dueMs);
        due.wake();
        await turn();
      }
      nowMs = untilMs;
      await turn();
    },
  };
}

/** Lets every promise that can settle now settle. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
