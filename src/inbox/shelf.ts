import type { Clock } from "../values/clock.ts";
import type { Entry } from "./entry.ts";
import { isFailure, type RequestRecord } from "./request-record.ts";

/** The entries in the order they came, bounded in number and age. */
export interface Shelf {
  /** Makes room first: the oldest settled entry leaves, so that what is under way stays whole. */
  add(entry: Entry): void;
  /** Adds one more request to an entry; the oldest leave when there are too many. */
  addRequest(entry: Entry, record: RequestRecord): void;
  /** By the id of any request that it still knows. */
  get(id: string): Entry | undefined;
  /** The newest of those that are the same message. */
  newestOf(key: string): Entry | undefined;
  remove(entry: Entry): void;
  newestFirst(): Entry[];
}

/** How much a shelf holds. */
export interface ShelfBounds {
  clock: Clock;
  maxMessages: number;
  keepMs: number;
  /** Hears of every entry that leaves. */
  onRemoved(entry: Entry): void;
}

const MAX_REQUESTS = 20;

/** An empty shelf. */
export function createShelf(bounds: ShelfBounds): Shelf {
  const entries = new Set<Entry>();
  const byId = new Map<string, Entry>();
  const byKey = new Map<string, Entry>();
  const remove = (entry: Entry) => {
    entries.delete(entry);
    for (const id of [entry.message.id, ...entry.requests.map((record) => record.id)]) byId.delete(id);
    if (byKey.get(entry.key) === entry) byKey.delete(entry.key);
    bounds.onRemoved(entry);
  };
  const dropOld = () => {
    const keptFromMs = bounds.clock.monotonicMs() - bounds.keepMs;
    for (const entry of entries) {
      if (entry.arrivedAtMs >= keptFromMs) return;
      remove(entry);
    }
  };
  return {
    add(entry) {
      dropOld();
      const leaving = entries.size >= bounds.maxMessages ? leastMissed(entries) : undefined;
      if (leaving) remove(leaving);
      entries.add(entry);
      byKey.set(entry.key, entry);
    },
    addRequest(entry, record) {
      entry.requestCount += 1;
      byId.set(record.id, entry);
      const forgotten = entry.requests.push(record) > MAX_REQUESTS ? entry.requests.shift() : undefined;
      // By its first id a message is known to the page as long as it is here.
      if (forgotten && forgotten.id !== entry.message.id) byId.delete(forgotten.id);
      if (forgotten && isFailure(forgotten)) entry.forgottenFailures += 1;
    },
    get(id) {
      dropOld();
      return byId.get(id);
    },
    newestOf(key) {
      dropOld();
      return byKey.get(key);
    },
    remove,
    newestFirst() {
      dropOld();
      return [...entries].reverse();
    },
  };
}

function leastMissed(entries: Set<Entry>): Entry | undefined {
  for (const entry of entries) if (entry.outcome !== "pending") return entry;
  return entries.values().next().value;
}
