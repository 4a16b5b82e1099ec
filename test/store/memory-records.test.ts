import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemoryRecords } from "../../src/store/memory-records.ts";
import { type MessageRecord, writeRecord } from "../../src/store/store.ts";

const DAY_MS = 24 * 3_600_000;
const TAGS = 5;

function recordOf(number: number): MessageRecord {
  return {
    ...{ id: `msg_${number}`, tag: `tag-${number % TAGS}`, maskedTo: "**23", country: "DE", template: "otp" },
    ...{ receivedAt: 1_790_000_000_000 + number, outcome: "sent", provider: "p", durationMs: 12.5, repeats: 0 },
    attempts: [
      {
        provider: "p",
        attemptId: "a",
        startedAt: 1,
        result: { outcome: "sent", providerMessageId: "é" },
        durationMs: 1,
      },
    ],
  };
}

describe("the records of a memory store", () => {
  it("are found by id and by tag as they were written, with their repetitions, newest first", () => {
    const step = fc.record({ pauseMs: fc.nat(DAY_MS / 60), repeated: fc.nat(600) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 130, maxLength: 400 }), (steps) => {
        const records = createMemoryRecords(100_000);
        const written: { atMs: number; record: MessageRecord; repeats: number }[] = [];
        let nowMs = 0;
        for (const [number, { pauseMs, repeated }] of steps.entries()) {
          nowMs += pauseMs;
          records.keep(writeRecord(recordOf(number)), nowMs);
          written.push({ atMs: nowMs, record: recordOf(number), repeats: 0 });
          records.countRepeat(`msg_${repeated}`);
          const again = written[repeated];
          if (again && again.atMs > nowMs - DAY_MS) again.repeats += 1;
        }
        const kept = written.filter(({ atMs }) => atMs > nowMs - DAY_MS);
        const expected = kept.map(({ record, repeats }) => ({ ...record, repeats })).reverse();
        for (let tag = 0; tag < TAGS; tag++) {
          const ofTag = expected.filter((record) => record.tag === `tag-${tag}`);
          expect(records.find({ tag: `tag-${tag}` }, nowMs)).toEqual(ofTag);
        }
        for (const number of [0, 1, 127, 128, 129, steps.length - 1]) {
          const withId = expected.filter((record) => record.id === `msg_${number}`);
          expect(records.find({ id: `msg_${number}` }, nowMs)).toEqual(withId);
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["a whole page of them", 128],
    ["those of a page that is not full", 5],
    ["both", 300],
  ])("are forgotten after a day: %s", (_, count) => {
    const records = createMemoryRecords(1_000);
    for (let number = 0; number < count; number++) records.keep(writeRecord(recordOf(number)), 0);
    const found = (nowMs: number) =>
      Array.from({ length: TAGS }, (_, tag) => records.find({ tag: `tag-${tag}` }, nowMs)).flat();
    expect(found(DAY_MS - 1)).toHaveLength(count);
    expect(found(DAY_MS)).toEqual([]);
    records.keep(writeRecord(recordOf(count)), DAY_MS);
    // A clock never goes back: this looks at what is kept, not at what has ended.
    expect(found(0)).toHaveLength(1);
  });

  it.each([1, 100, 300])("are at most as many as they may be, %i, and the newest of all", (max) => {
    const records = createMemoryRecords(max);
    for (let number = 0; number < 1_000; number++) {
      records.keep(writeRecord(recordOf(number)), 0);
      const ids = Array.from({ length: TAGS }, (_, tag) => records.find({ tag: `tag-${tag}` }, 0)).flat();
      expect(ids.length).toBeLessThanOrEqual(max);
      expect(records.find({ id: `msg_${number}` }, 0)).toHaveLength(1);
    }
    for (let number = 1_000 - Math.ceil(max / 2); number < 1_000; number++)
      expect(records.find({ id: `msg_${number}` }, 0)).toHaveLength(1);
  });

  it("are not found by what merely stands in them", () => {
    const records = createMemoryRecords(300);
    for (let number = 0; number < 300; number++) records.keep(writeRecord(recordOf(number)), 0);
    for (const text of ["", "sent", "msg_", "DE", '"', "\\", "tag-9"]) {
      expect([...records.find({ id: text }, 0), ...records.find({ tag: text }, 0)]).toEqual([]);
    }
  });
});
