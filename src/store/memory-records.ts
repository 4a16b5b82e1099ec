import type { MessageId } from "../sms/message.ts";
import { appendLine, type ByteLines, emptied, noLines, trimmed, writtenBytes } from "../values/byte-lines.ts";
import { KEEP_RECORD_MS, type MessageRecord, type Store, type WrittenRecord } from "./store.ts";

/** The records of a memory store. */
export interface MemoryRecords {
  keep(record: WrittenRecord, nowMs: number): void;
  countRepeat(id: MessageId): void;
  find(which: Parameters<Store["find"]>[0], nowMs: number): MessageRecord[];
}

/** So many records as lines of JSON, the oldest first, and the repetitions since each was written. */
interface Page {
  lines: ByteLines;
  oldestMs: number;
  newestMs: number;
  repeats: Map<MessageId, number>;
}

/** What a line holds. */
interface Written {
  atMs: number;
  record: MessageRecord;
}

const PAGE_SIZE = 128;

/**
 * Records in this process's memory, each for a day from its writing, at most `maxRecords`: beyond, the oldest page goes. What
 * lives that long is kept as bytes, since the collector would move a dozen objects a record and look at them again and again.
 * It is found by looking through them all: only a person at night asks.
 */
export function createMemoryRecords(maxRecords: number): MemoryRecords {
  const pageSize = Math.min(PAGE_SIZE, Math.ceil(maxRecords / 4));
  const full: Page[] = [];
  let open = emptyPage(noLines());
  let size = 0;

  function closePage(): void {
    full.push({ ...open, lines: trimmed(open.lines) });
    open = emptyPage(emptied(open.lines));
  }

  function forget(nowMs: number): void {
    for (let oldest = full[0]; oldest && (size > maxRecords || isOver(oldest.newestMs, nowMs)); oldest = full[0]) {
      full.shift();
      size -= oldest.lines.count;
    }
    if (isOver(open.oldestMs, nowMs)) forgetOfOpen(nowMs);
  }

  /** Where a page takes longer than a day to fill. */
  function forgetOfOpen(nowMs: number): void {
    const kept = read(open).filter(({ atMs }) => !isOver(atMs, nowMs));
    size -= open.lines.count - kept.length;
    const { repeats } = open;
    open = emptyPage(emptied(open.lines));
    for (const { record, atMs } of kept) {
      write(open, JSON.stringify(record), atMs);
      open.repeats.set(record.id, repeats.get(record.id) ?? 0);
    }
  }

  return {
    keep(record, nowMs) {
      write(open, record.json, nowMs);
      size += 1;
      if (open.lines.count === pageSize) closePage();
      forget(nowMs);
    },
    countRepeat(id) {
      const text = JSON.stringify(id);
      const page = [...full, open].findLast((one) => holds(one, text));
      page?.repeats.set(id, (page.repeats.get(id) ?? 0) + 1);
    },
    find(which, nowMs) {
      const isWanted = (record: MessageRecord) => ("id" in which ? record.id === which.id : record.tag === which.tag);
      const text = JSON.stringify("id" in which ? which.id : which.tag);
      return [...full, open]
        .flatMap((page) => read(page, text).map((written) => ({ ...written, page })))
        .filter(({ atMs, record }) => !isOver(atMs, nowMs) && isWanted(record))
        .map(({ record, page }) => ({ ...record, repeats: record.repeats + (page.repeats.get(record.id) ?? 0) }))
        .reverse();
    },
  };
}

function emptyPage(lines: ByteLines): Page {
  return { lines, oldestMs: Number.POSITIVE_INFINITY, newestMs: 0, repeats: new Map() };
}

function write(page: Page, recordJson: string, atMs: number): void {
  appendLine(page.lines, `{"atMs":${atMs},"record":${recordJson}}\n`);
  page.oldestMs = Math.min(page.oldestMs, atMs);
  page.newestMs = atMs;
}

/** All that was written, or the lines that a text stands in. */
function read(page: Page, text = ""): Written[] {
  if (!holds(page, text)) return [];
  const lines = writtenBytes(page.lines).toString().trimEnd().split("\n");
  return lines.filter((line) => line.includes(text)).map((line) => JSON.parse(line));
}

function holds({ lines }: Page, text: string): boolean {
  return writtenBytes(lines).includes(text);
}

function isOver(atMs: number, nowMs: number): boolean {
  return atMs + KEEP_RECORD_MS <= nowMs;
}
