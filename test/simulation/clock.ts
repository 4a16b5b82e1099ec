import { type Clock, sleepBy } from "../../src/values/clock.ts";

/** The clock of one process in the simulated world. */
export interface ProcessClock extends Clock {
  /** How many sleeps of this process are under way. */
  sleepers(): number;
  /** The process is gone: none of its sleeps ever ends. */
  kill(): void;
}

/** Time in the simulated world: stands still while anything runs, then jumps to the next sleeper. */
export interface WorldClock extends Clock {
  process(): ProcessClock;
  /** Somebody sets the wall clock of all processes; monotonic time goes on as before. */
  setWall(byMs: number): void;
  /** Plays `story` to its end; throws when everybody waits and nobody sleeps, or when it takes longer than a day. */
  play<T>(story: () => Promise<T>): Promise<T>;
}

interface Sleeper {
  dueMs: number;
  order: number;
  /** Undefined once it is up, killed or called away. */
  wake: (() => void) | undefined;
}

const START_WALL_MS = Date.UTC(2026, 10, 21, 12);
const LONGEST_MS = 24 * 3_600_000;

/** A world at time zero. */
export function createWorldClock(): WorldClock {
  const heap: Sleeper[] = [];
  let nowMs = 0;
  let order = 0;
  let setByMs = 0;
  const time = { monotonicMs: () => nowMs, wallMs: () => START_WALL_MS + nowMs + setByMs };
  const setWall = (byMs: number) => {
    setByMs += byMs;
  };

  function after(own: Set<Sleeper>, ms: number, wake: () => void): () => void {
    const letBe = () => {
      sleeper.wake = undefined;
      own.delete(sleeper);
    };
    const wakeUp = () => {
      letBe();
      wake();
    };
    const sleeper: Sleeper = { dueMs: nowMs + Math.max(0, ms), order: order++, wake: wakeUp };
    own.add(sleeper);
    if (sleeper.dueMs < Number.POSITIVE_INFINITY) push(heap, sleeper);
    return letBe;
  }

  function process(): ProcessClock {
    const own = new Set<Sleeper>();
    const ownAfter: Clock["after"] = (ms, wake) => after(own, ms, wake);
    return {
      ...time,
      after: ownAfter,
      sleep: sleepBy(ownAfter),
      sleepers: () => own.size,
      kill() {
        for (const sleeper of own) sleeper.wake = undefined;
        own.clear();
      },
    };
  }

  async function play<T>(story: () => Promise<T>): Promise<T> {
    let over = false;
    const end = story().finally(() => {
      over = true;
    });
    end.catch(() => {});
    await turn();
    while (!over) {
      const sleeper = pop(heap);
      if (!sleeper) throw new Error(`everybody waits and nobody sleeps at ${nowMs} ms`);
      if (!sleeper.wake) continue;
      nowMs = Math.max(nowMs, sleeper.dueMs);
      if (nowMs > LONGEST_MS) throw new Error("the story takes longer than a day");
      sleeper.wake();
      await turn();
    }
    return end;
  }

  return { ...process(), process, setWall, play };
}

/** Lets every promise that can settle now settle. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const isBefore = (a: Sleeper, b: Sleeper) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

function push(heap: Sleeper[], sleeper: Sleeper): void {
  let at = heap.push(sleeper) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] as Sleeper;
    if (!isBefore(sleeper, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = sleeper;
}

function pop(heap: Sleeper[]): Sleeper | undefined {
  const first = heap[0];
  const moved = heap.pop();
  if (first === undefined || moved === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    const child = right && left && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
    const below = heap[child];
    if (!below || !isBefore(below, moved)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = moved;
  return first;
}
