import type { Clock } from "../values/clock.ts";
import type { LogSink } from "./log-sink.ts";

/** Levels of `log.level`, the least important first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** From which level on something is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The level of a line. */
export type LineLevel = Exclude<LogLevel, "silent">;

/** What a line says: a text for people, and whatever fields are not undefined. */
export interface LineFields extends Readonly<Record<string, unknown>> {
  msg: string;
}

/** Writes lines of JSON, each with its level and time. */
export interface Logger {
  log(level: LineLevel, fields: LineFields): void;
  /** From now on logs this level and what is above it. */
  setLevel(level: LogLevel): void;
}

/** A logger that writes each line at once to the sink. */
export function createLogger(initial: LogLevel, sink: Pick<LogSink, "write">, clock: Pick<Clock, "wallMs">): Logger {
  const isoTime = createIsoTime();
  let least = LOG_LEVELS.indexOf(initial);
  return {
    log(level, fields) {
      if (LOG_LEVELS.indexOf(level) < least) return;
      const rest = JSON.stringify(fields).slice(1);
      sink.write(`{"level":"${level}","time":"${isoTime(clock.wallMs())}",${rest}\n`);
    },
    setLevel(level) {
      least = LOG_LEVELS.indexOf(level);
    },
  };
}

/** Most lines have the time of the one before. */
function createIsoTime(): (wallMs: number) => string {
  let lastMs = Number.NaN;
  let last = "";
  return (wallMs) => {
    if (wallMs !== lastMs) {
      lastMs = wallMs;
      last = new Date(wallMs).toISOString();
    }
    return last;
  };
}
