import type { Clock } from "../values/clock.ts";
import type { MessageRecord, Store } from "./store.ts";

const KEEP_MS = 24 * 3_600_000;

/** The records of a memory store, oldest first; found by walking, since only a person at night asks for them. */
export function createMemoryRecords(clock: Clock, maxRecords: number): Pick<Store, "record" | "recordRepeat" | "find"> {
  const records = new Map<string, MessageRecord>();

  function forgetOld(): void {
    for (const [id, { receivedAt }] of records) {
      if (receivedAt > clock.wallMs() - KEEP_MS && records.size <= maxRecords) return;
      records.delete(id);
    }
  }

  return {
    async record(record) {
      records.set(record.id, record);
      forgetOld();
    },
    async recordRepeat(id) {
      const record = records.get(id);
      if (record) record.repeats += 1;
    },
    async find(which) {
      forgetOld();
      const isWanted = (record: MessageRecord) => ("id" in which ? record.id === which.id : record.tag === which.tag);
      return [...records.values()].filter(isWanted).reverse();
    },
  };
}
