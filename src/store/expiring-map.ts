import { append, emptyLine, type InLine, type Line, unlink } from "../values/line.ts";

/** What ends together with others: those of one kind and life end in the order in which they were put. */
interface Life {
  /** Kinds and lives are few, as many as a configuration names; keys are many. */
  kind: string;
  lifeMs: number;
}

/** A bounded map of what ends by itself; all times are monotonic milliseconds. */
export interface ExpiringMap<V> {
  /** Also what has ended and was not forgotten yet. */
  get(key: string): V | undefined;
  /** Puts it in, or anew, for its life from `nowMs` on. */
  put(key: string, value: V, life: Life, nowMs: number): void;
  /** Forgets what has ended; then, beyond the bound, what ends first of the kind and life that fill it most. */
  forget(nowMs: number): void;
  values(): Iterable<V>;
  clear(): void;
}

interface Entry<V> extends InLine<Entry<V>> {
  key: string;
  value: V;
  endsAtMs: number;
  queue: Queue<V>;
}

/** Entries of one kind and life, in the order in which they end. */
interface Queue<V> extends Life, Line<Entry<V>> {}

/**
 * Keeps at most `max` entries, in constant time for each. Beyond, it is not simply the one that would end first that goes:
 * a flood of what is kept for a day would push out every window of a minute, and no such limit would hold any more.
 */
export function createExpiringMap<V>(max: number): ExpiringMap<V> {
  const entries = new Map<string, Entry<V>>();
  const queues: Queue<V>[] = [];

  function queueOf({ kind, lifeMs }: Life): Queue<V> {
    for (const queue of queues) if (queue.lifeMs === lifeMs && queue.kind === kind) return queue;
    const queue = { kind, lifeMs, ...emptyLine<Entry<V>>() };
    queues.push(queue);
    return queue;
  }

  function remove(entry: Entry<V>): void {
    unlink(entry.queue, entry);
    entries.delete(entry.key);
  }

  function forget(nowMs: number): void {
    for (const queue of queues) {
      while (queue.first && queue.first.endsAtMs <= nowMs) remove(queue.first);
    }
    while (entries.size > max) {
      const first = firstOfFullest(queues);
      if (!first) return;
      remove(first);
    }
  }

  return {
    get: (key) => entries.get(key)?.value,
    put(key, value, life, nowMs) {
      const endsAtMs = nowMs + life.lifeMs;
      const queue = queueOf(life);
      const known = entries.get(key);
      if (known) {
        unlink(known.queue, known);
        known.value = value;
        known.endsAtMs = endsAtMs;
        known.queue = queue;
        append(queue, known);
      } else {
        const entry = { key, value, endsAtMs, queue, before: undefined, after: undefined };
        append(queue, entry);
        entries.set(key, entry);
      }
    },
    forget,
    *values() {
      for (const { value } of entries.values()) yield value;
    },
    clear() {
      entries.clear();
      queues.length = 0;
    },
  };
}

function firstOfFullest<V>(queues: readonly Queue<V>[]): Entry<V> | undefined {
  let fullest: Queue<V> | undefined;
  for (const queue of queues) {
    const isFuller = queue.size > (fullest?.size ?? 0);
    const isAsFull = queue.size > 0 && queue.size === fullest?.size;
    if (isFuller || (isAsFull && endOf(queue) < endOf(fullest))) fullest = queue;
  }
  return fullest?.first;
}

function endOf<V>(queue: Queue<V> | undefined): number {
  return queue?.first?.endsAtMs ?? Number.POSITIVE_INFINITY;
}
