import type { MessageId } from "../sms/message.ts";
import { createExpiringMap, Expiring } from "./expiring-map.ts";
import { KEEP_RECORD_MS, type MessageRecord, type Store } from "./store.ts";

/** A record in its place, which stays as it was written, and how often its message came again since. */
class KeptRecord extends Expiring {
  readonly record: MessageRecord;
  repeats = 0;

  constructor(record: MessageRecord) {
    super(record.id);
    this.record = record;
  }
}

/** The records of a memory store. */
export interface MemoryRecords {
  keep(record: MessageRecord, nowMs: number): void;
  countRepeat(id: MessageId): void;
  find(which: Parameters<Store["find"]>[0], nowMs: number): MessageRecord[];
}

/** Records in this process's memory, each for a day from its writing; found by walking, since only a person at night asks for them. */
export function createMemoryRecords(maxRecords: number): MemoryRecords {
  const records = createExpiringMap<KeptRecord>(maxRecords);
  return {
    keep(record, nowMs) {
      records.put(new KeptRecord(record), { kind: "record", lifeMs: KEEP_RECORD_MS }, nowMs);
      records.forget(nowMs);
    },
    countRepeat(id) {
      const kept = records.get(id);
      if (kept) kept.repeats += 1;
    },
    find(which, nowMs) {
      records.forget(nowMs);
      const isWanted = (record: MessageRecord) => ("id" in which ? record.id === which.id : record.tag === which.tag);
      return Array.from(records.values())
        .filter(({ record }) => isWanted(record))
        .map(({ record, repeats }) => ({ ...record, repeats: record.repeats + repeats }))
        .reverse();
    },
  };
}
