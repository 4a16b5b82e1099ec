import type { BreakerState } from "../sms/event.ts";
import type { Clock } from "../values/clock.ts";
import type { Random } from "../values/random.ts";

/** What an attempt says about its provider: well, a countable failure, one that opens at once, or nothing. */
export type BreakerVerdict = "well" | "failed" | "down" | "silent";

/** Keeps messages away from a provider that fails, and lets one at a time see whether it is well again. */
export interface CircuitBreaker {
  state(): BreakerState;
  /** Monotonic milliseconds from which on an attempt may go: in the past when it may now, never while another probes. */
  readyAtMs(): number;
  /** An attempt begins, in the half-open state as the probe; call the answer when it has ended. */
  begin(): (verdict: BreakerVerdict) => void;
}

const FAILURES_IN_A_ROW = 3;
const WINDOW_MS = 30_000;
const SLOT_MS = 3_000;
const WINDOW_LEAST = 10;
const WINDOW_SHARE = 0.5;
const OPEN_MS = 5_000;
const OPEN_MAX_MS = 25_000;
const JITTER = 0.2;

/** A closed breaker; `changed` hears of every change of state. */
export function createCircuitBreaker(
  clock: Clock,
  random: Random,
  changed: (state: BreakerState) => void,
): CircuitBreaker {
  let current: State = closed();

  function enter(next: State): void {
    current = next;
    changed(next.is);
  }

  function open(timesBefore: number): void {
    const longestMs = Math.min(OPEN_MAX_MS, OPEN_MS * 2 ** timesBefore);
    const untilMs = clock.monotonicMs() + longestMs * (1 - JITTER * random.fraction());
    enter({ is: "open", untilMs, times: timesBefore + 1 });
  }

  function now(): State {
    if (current.is === "open" && current.untilMs <= clock.monotonicMs()) {
      enter({ is: "half-open", probing: false, times: current.times });
    }
    return current;
  }

  /** What was begun in a state that has passed says nothing about the present one. */
  function end(begunIn: State, verdict: BreakerVerdict): void {
    if (now() !== begunIn) return;
    if (begunIn.is === "half-open") begunIn.probing = false;
    if (verdict === "silent") return;
    if (begunIn.is === "closed") {
      count(begunIn, verdict !== "well", clock.monotonicMs());
      if (verdict === "down" || (verdict === "failed" && isTooBad(begunIn))) open(0);
    } else if (verdict === "well") enter(closed());
    else if (begunIn.is === "half-open") open(begunIn.times);
  }

  return {
    state: () => now().is,
    readyAtMs() {
      const state = now();
      if (state.is === "open") return state.untilMs;
      return state.is === "half-open" && state.probing ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    },
    begin() {
      const state = now();
      if (state.is === "half-open") state.probing = true;
      return (verdict) => end(state, verdict);
    },
  };
}

/** Results of one stretch of time; stretches keep the window small however many messages pass. */
interface Slot {
  startMs: number;
  attempts: number;
  failures: number;
}

interface Closed {
  is: "closed";
  failuresInARow: number;
  slots: Slot[];
}

type State =
  | Closed
  | { is: "open"; untilMs: number; times: number }
  | { is: "half-open"; probing: boolean; times: number };

function closed(): Closed {
  return { is: "closed", failuresInARow: 0, slots: [] };
}

function count(state: Closed, failed: boolean, nowMs: number): void {
  state.failuresInARow = failed ? state.failuresInARow + 1 : 0;
  for (let [oldest] = state.slots; oldest && oldest.startMs <= nowMs - WINDOW_MS; [oldest] = state.slots) {
    state.slots.shift();
  }
  const newest = state.slots.at(-1);
  const slot = newest && nowMs < newest.startMs + SLOT_MS ? newest : { startMs: nowMs, attempts: 0, failures: 0 };
  if (slot !== newest) state.slots.push(slot);
  slot.attempts += 1;
  if (failed) slot.failures += 1;
}

function isTooBad({ failuresInARow, slots }: Closed): boolean {
  if (failuresInARow >= FAILURES_IN_A_ROW) return true;
  const attempts = slots.reduce((sum, slot) => sum + slot.attempts, 0);
  const failures = slots.reduce((sum, slot) => sum + slot.failures, 0);
  return attempts >= WINDOW_LEAST && failures >= attempts * WINDOW_SHARE;
}
