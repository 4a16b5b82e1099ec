import { append, emptyLine, type InLine, type Line, unlink } from "../values/line.ts";

/** What ends together with others: those of one kind and life end in the order in which they were put. */
interface Life {
  /** Kinds and lives are few, as many as a configuration names; keys are many. */
  kind: string;
  lifeMs: number;
}

/** Entries of one kind and life, in the order in which they end. */
interface Queue extends Life, Line<Expiring> {}

/** What an expiring map holds. It knows itself where it stands there: something around it would cost as much as it does. */
export class Expiring implements InLine<Expiring> {
  readonly key: string;
  endsAtMs = 0;
  /** The map's own; undefined as long as it is in none. */
  queue: Queue | undefined = undefined;
  before: Expiring | undefined = undefined;
  after: Expiring | undefined = undefined;

  constructor(key: string) {
    this.key = key;
  }
}

/** A bounded map of what ends by itself; all times are monotonic milliseconds. */
export interface ExpiringMap<Entry extends Expiring> {
  /** Also what has ended and was not forgotten yet. */
  get(key: string): Entry | undefined;
  /** Puts it in, instead of another one with its key, or puts it anew; for its life from `nowMs` on. */
  put(entry: Entry, life: Life, nowMs: number): void;
  /** Forgets what has ended; then, beyond the bound, what ends first of the kind and life that fill it most. */
  forget(nowMs: number): void;
  clear(): void;
}

/**
 * Keeps at most `max` entries, in constant time for each. Beyond, it is not simply the one that would end first that goes:
 * a flood of what is kept for a day would push out every window of a minute, and no such limit would hold any more.
 */
export function createExpiringMap<Entry extends Expiring>(max: number): ExpiringMap<Entry> {
  const entries = new Map<string, Entry>();
  const queues: Queue[] = [];

  function queueOf({ kind, lifeMs }: Life): Queue {
    for (const queue of queues) if (queue.lifeMs === lifeMs && queue.kind === kind) return queue;
    const queue = { kind, lifeMs, ...emptyLine<Expiring>() };
    queues.push(queue);
    return queue;
  }

  function leaveQueue(entry: Expiring): void {
    if (entry.queue) unlink(entry.queue, entry);
    entry.queue = undefined;
  }

  function remove(entry: Expiring): void {
    leaveQueue(entry);
    entries.delete(entry.key);
  }

  return {
    get: (key) => entries.get(key),
    put(entry, life, nowMs) {
      if (!entry.queue) {
        const other = entries.get(entry.key);
        if (other) leaveQueue(other);
        entries.set(entry.key, entry);
      }
      leaveQueue(entry);
      entry.endsAtMs = nowMs + life.lifeMs;
      entry.queue = queueOf(life);
      append(entry.queue, entry);
    },
    forget(nowMs) {
      for (const queue of queues) {
        while (queue.first && queue.first.endsAtMs <= nowMs) remove(queue.first);
      }
      while (entries.size > max) {
        const first = firstOfFullest(queues);
        if (!first) return;
        remove(first);
      }
    },
    clear() {
      for (const entry of entries.values()) leaveQueue(entry);
      entries.clear();
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
