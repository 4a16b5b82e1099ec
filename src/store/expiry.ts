import { append, emptyLine, type InLine, type Line, unlink } from "../values/line.ts";

/** What ends together with others: those of one kind and life end in the order in which they were put. */
interface Life {
  /** Kinds and lives are few, as many as a configuration names; keys are many. */
  kind: string;
  lifeMs: number;
}

/** Entries of one kind and life, in the order in which they end. */
interface Queue extends Life, Line<Expiring> {}

/** An entry of a map. It knows itself where it stands: something around it would cost as much as it does. */
export class Expiring implements InLine<Expiring> {
  readonly home: Map<string, Expiring>;
  readonly key: string;
  endsAtMs = 0;
  /** The expiry's own; undefined as long as it was not put. */
  queue: Queue | undefined = undefined;
  before: Expiring | undefined = undefined;
  after: Expiring | undefined = undefined;

  constructor(home: Map<string, Expiring>, key: string) {
    this.home = home;
    this.key = key;
  }
}

/** The ends of entries, whichever maps they are in; all times are monotonic milliseconds. */
export interface Expiry {
  /** Puts an entry into its home, instead of another one with its key, or puts it anew; for its life from `nowMs` on. */
  put(entry: Expiring, life: Life, nowMs: number): void;
  /** Takes what has ended out of its home; then, beyond the bound, what ends first of the kind and life that fill it most. */
  forget(nowMs: number): void;
  clear(): void;
}

/**
 * Keeps at most `max` entries in all homes together, in constant time for each. Beyond, it is not simply the one that would end
 * first that goes: a flood of what is kept for a day would push out every window of a minute, and no such limit would hold any more.
 */
export function createExpiry(max: number): Expiry {
  const queues: Queue[] = [];
  let size = 0;

  function queueOf({ kind, lifeMs }: Life): Queue {
    for (const queue of queues) if (queue.lifeMs === lifeMs && queue.kind === kind) return queue;
    const queue = { kind, lifeMs, ...emptyLine<Expiring>() };
    queues.push(queue);
    return queue;
  }

  function leaveQueue(entry: Expiring): void {
    if (!entry.queue) return;
    unlink(entry.queue, entry);
    entry.queue = undefined;
    size -= 1;
  }

  function remove(entry: Expiring): void {
    leaveQueue(entry);
    entry.home.delete(entry.key);
  }

  return {
    put(entry, life, nowMs) {
      if (!entry.queue) {
        const other = entry.home.get(entry.key);
        if (other) leaveQueue(other);
        entry.home.set(entry.key, entry);
      }
      leaveQueue(entry);
      entry.endsAtMs = nowMs + life.lifeMs;
      entry.queue = queueOf(life);
      append(entry.queue, entry);
      size += 1;
    },
    forget(nowMs) {
      for (const queue of queues) {
        while (queue.first && queue.first.endsAtMs <= nowMs) remove(queue.first);
      }
      while (size > max) {
        const first = firstOfFullest(queues);
        if (!first) return;
        remove(first);
      }
    },
    clear() {
      for (const queue of queues) while (queue.first) remove(queue.first);
      queues.length = 0;
    },
  };
}

function firstOfFullest(queues: readonly Queue[]): Expiring | undefined {
  let fullest: Queue | undefined;
  for (const queue of queues) {
    const isFuller = queue.size > (fullest?.size ?? 0);
    const isAsFull = queue.size > 0 && queue.size === fullest?.size;
    if (isFuller || (isAsFull && endOf(queue) < endOf(fullest))) fullest = queue;
  }
  return fullest?.first;
}

function endOf(queue: Queue | undefined): number {
  return queue?.first?.endsAtMs ?? Number.POSITIVE_INFINITY;
}
