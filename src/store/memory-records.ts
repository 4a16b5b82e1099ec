import type { MessageId } from "../sms/message.ts";
import { KEEP_RECORD_MS, type MessageRecord, type Store } from "./store.ts";

/** The records of a memory store. */
export interface MemoryRecords {
  keep(record: MessageRecord, nowMs: number): void;
  countRepeat(id: MessageId): void;
  find(which: Parameters<Store["find"]>[0], nowMs: number): MessageRecord[];
}

/** A record as it was written, and how often its message came again since. */
interface Written {
  atMs: number;
  record: MessageRecord;
  repeats: number;
}

/** So many records as JSON, the oldest first, and the repetitions since it was made. */
interface Page {
  json: Buffer;
  size: number;
  newestMs: number;
  repeats: Map<MessageId, number>;
}

const PAGE_SIZE = 128;

/**
 * Records in this process's memory, each for a day from its writing, at most `maxRecords`: beyond, the oldest page goes. What
 * lives that long is kept as bytes, since the collector would move a dozen objects a record and look at them again and again.
 * It is found by looking through them all: only a person at night asks.
 */
export function createMemoryRecords(maxRecords: number): MemoryRecords {
  const pageSize = Math.min(PAGE_SIZE, Math.ceil(maxRecords / 4));
  const pages: Page[] = [];
  let newest: Written[] = [];
  let size = 0;

  function closePage(nowMs: number): void {
    pages.push({ json: toJson(newest), size: newest.length, newestMs: nowMs, repeats: new Map() });
    newest = [];
  }

  function forget(nowMs: number): void {
    for (let oldest = pages[0]; oldest && (size > maxRecords || isOver(oldest.newestMs, nowMs)); oldest = pages[0]) {
      pages.shift();
      size -= oldest.size;
    }
    while (newest[0] && isOver(newest[0].atMs, nowMs)) {
      newest.shift();
      size -= 1;
    }
  }

  return {
    keep(record, nowMs) {
      newest.push({ atMs: nowMs, record, repeats: 0 });
      size += 1;
      if (newest.length === pageSize) closePage(nowMs);
      forget(nowMs);
    },
    countRepeat(id) {
      const written = newest.find(({ record }) => record.id === id);
      if (written) written.repeats += 1;
      const text = JSON.stringify(id);
      const page = written ? undefined : pages.findLast(({ json }) => json.includes(text));
      page?.repeats.set(id, (page.repeats.get(id) ?? 0) + 1);
    },
    find(which, nowMs) {
      const isWanted = (record: MessageRecord) => ("id" in which ? record.id === which.id : record.tag === which.tag);
      const text = JSON.stringify("id" in which ? which.id : which.tag);
      const all = [...pages.filter(({ json }) => json.includes(text)).flatMap(fromJson), ...newest];
      return all
        .filter(({ atMs, record }) => !isOver(atMs, nowMs) && isWanted(record))
        .map(({ record, repeats }) => ({ ...record, repeats: record.repeats + repeats }))
        .reverse();
    },
  };
}

function isOver(atMs: number, nowMs: number): boolean {
  return atMs + KEEP_RECORD_MS <= nowMs;
}

function toJson(written: readonly Written[]): Buffer {
  return Buffer.from(JSON.stringify(written));
}

function fromJson({ json, repeats }: Page): Written[] {
  const written: Written[] = JSON.parse(json.toString());
  return written.map((one) => ({ ...one, repeats: one.repeats + (repeats.get(one.record.id) ?? 0) }));
}
