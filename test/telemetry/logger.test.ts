import { describe, expect, it } from "vitest";
import { createLogger, type LineLevel, LOG_LEVELS, type LogLevel } from "../../src/telemetry/logger.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const LINE_LEVELS: LineLevel[] = ["debug", "info", "warn", "error"];

function loggerAt(level: LogLevel) {
  const lines: string[] = [];
  const clock = createVirtualClock(Date.UTC(2026, 10, 21, 12));
  return { lines, clock, logger: createLogger(level, { write: (line) => lines.push(line) }, clock) };
}

describe("the logger", () => {
  it("writes one line of JSON with level, time, the fields that there are, and a text", () => {
    const { logger, lines } = loggerAt("info");
    logger.log("warn", { id: "msg_1", reason: undefined, list: [{ a: 1 }], msg: 'two\nlines and "quotes"' });
    expect(lines).toEqual([
      `{"level":"warn","time":"2026-11-21T12:00:00.000Z","id":"msg_1","list":[{"a":1}],"msg":"two\\nlines and \\"quotes\\""}\n`,
    ]);
  });

  it("tells each line's own time", async () => {
    const { logger, lines, clock } = loggerAt("info");
    for (const ms of [0, 0, 1, 1_000]) {
      await clock.advance(ms);
      logger.log("info", { msg: "now" });
    }
    expect(lines.map((line) => JSON.parse(line).time)).toEqual([
      "2026-11-21T12:00:00.000Z",
      "2026-11-21T12:00:00.000Z",
      "2026-11-21T12:00:00.001Z",
      "2026-11-21T12:00:01.001Z",
    ]);
  });

  it.each<[least: LogLevel, written: LineLevel[]]>([
    ["debug", ["debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
    ["silent", []],
  ])("at %s writes %j, from the start and after a change", (least, written) => {
    for (const initial of LOG_LEVELS) {
      const { logger, lines } = loggerAt(initial);
      logger.setLevel(least);
      for (const level of LINE_LEVELS) logger.log(level, { msg: "x" });
      expect(lines.map((line) => JSON.parse(line).level)).toEqual(written);
    }
    const { logger, lines } = loggerAt(least);
    for (const level of LINE_LEVELS) logger.log(level, { msg: "x" });
    expect(lines).toHaveLength(written.length);
  });
});
