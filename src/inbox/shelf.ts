import type { MessageId } from "../sms/message.ts";
import type { Clock } from "../values/clock.ts";
import type { Entry } from "./entry.ts";

/** The entries in the order they came, bounded in number and age. */
export interface Shelf {
  /** Makes room first: the oldest settled entry leaves, so that what is under way stays whole. */
  add(entry: Entry): void;
  get(id: string): Entry | undefined;
  remove(id: MessageId): void;
  newestFirst(): Entry[];
}

/** An empty shelf. */
export function createShelf(bounds: { clock: Clock; maxMessages: number; keepMs: number }): Shelf {
  const entries = new Map<string, Entry>();
  const dropOld = () => dropBefore(entries, bounds.clock.monotonicMs() - bounds.keepMs);
  return {
    add(entry) {
      dropOld();
      if (entries.size >= bounds.maxMessages) entries.delete(leastMissed(entries));
      entries.set(entry.message.id, entry);
    },
    get(id) {
      dropOld();
      return entries.get(id);
    },
    remove(id) {
      entries.delete(id);
    },
    newestFirst() {
      dropOld();
      return [...entries.values()].reverse();
    },
  };
}

function dropBefore(entries: Map<string, Entry>, monotonicMs: number): void {
  for (const [id, entry] of entries) {
    if (entry.arrivedAtMs >= monotonicMs) return;
    entries.delete(id);
  }
}

function leastMissed(entries: Map<string, Entry>): string {
  let oldest = "";
  for (const [id, entry] of entries) {
    if (entry.outcome !== "pending") return id;
    oldest ||= id;
  }
  return oldest;
}
