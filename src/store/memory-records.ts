import type { Clock } from "../values/clock.ts";
import { createExpiringMap } from "./expiring-map.ts";
import { KEEP_RECORD_MS, type MessageRecord, type Store } from "./store.ts";

/** The records of a memory store. */
export interface MemoryRecords extends Pick<Store, "recordRepeat" | "find"> {
  keep(record: MessageRecord): void;
}

/** Records in this process's memory, each for a day from its writing; found by walking, since only a person at night asks for them. */
export function createMemoryRecords(clock: Clock, maxRecords: number): MemoryRecords {
  const records = createExpiringMap<MessageRecord>(maxRecords);
  return {
    keep(record) {
      const nowMs = clock.monotonicMs();
      records.put(record.id, record, { kind: "record", lifeMs: KEEP_RECORD_MS }, nowMs);
      records.forget(nowMs);
    },
    async recordRepeat(id) {
      const record = records.get(id);
      if (record) record.repeats += 1;
    },
    async find(which) {
      records.forget(clock.monotonicMs());
      const isWanted = (record: MessageRecord) => ("id" in which ? record.id === which.id : record.tag === which.tag);
      return [...records.values()].filter(isWanted).reverse();
    },
  };
}
