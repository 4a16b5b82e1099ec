import { writeSync, write as writeTo } from "node:fs";
import { promisify } from "node:util";
import { appendLine, emptied, noLines, writtenBytes } from "../values/byte-lines.ts";
import type { Clock } from "../values/clock.ts";

const writeBytes = promisify(writeTo);
const GATHER_MS = 10;
const AGAIN_MS = 50;

/** Where log lines go: never blocks, never fails, never grows without bound. */
export interface LogSink {
  write(line: string): void;
  /** Lines that were lost: the reader was too slow, or the disk is full. */
  dropped(): number;
  /** Whether everything is written; waits for it, at most `ms`. */
  flush(ms: number): Promise<boolean>;
  /** Writes what waits as far as that can be done at once, for a process that ends with it. */
  end(): void;
}

/**
 * Writes to a file descriptor in the background, holding back at most some `maxBytes`. Each write is work for another thread,
 * and wakes it: lines of a moment go together.
 */
export function createLogSink(fd: number, clock: Clock, maxBytes = 1_048_576): LogSink {
  let waiting = noLines();
  let spare = noLines();
  let lost = 0;
  let letGatheringBe: (() => void) | undefined;
  let writing: Promise<void> | undefined;

  function gather(): void {
    if (!writing) letGatheringBe ??= clock.after(GATHER_MS, writeNow);
  }

  function writeNow(): void {
    letGatheringBe?.();
    letGatheringBe = undefined;
    writing ??= writeWaiting();
  }

  async function writeWaiting(): Promise<void> {
    const lines = waiting;
    waiting = spare;
    if (!(await writeChunk(fd, writtenBytes(lines), clock))) lost += lines.count;
    spare = emptied(lines);
    writing = undefined;
    if (waiting.count > 0) gather();
  }

  async function writeAll(): Promise<void> {
    while (writing || waiting.count > 0) {
      writeNow();
      await writing;
    }
  }

  return {
    write(line) {
      if (waiting.length + line.length > maxBytes) {
        lost += 1;
        return;
      }
      appendLine(waiting, line);
      gather();
    },
    dropped: () => lost,
    async flush(ms) {
      const late = new AbortController();
      await Promise.race([writeAll(), clock.sleep(ms, late.signal)]);
      late.abort();
      return !writing && waiting.count === 0;
    },
    end() {
      try {
        if (waiting.count > 0) writeSync(fd, waiting.bytes, 0, waiting.length);
      } catch {
        // Nobody is there to be told.
      }
      waiting = noLines();
    },
  };
}

/** Whether it could be written; a full pipe is asked again, anything else (a full disk, no reader) is given up. */
async function writeChunk(fd: number, chunk: Buffer, clock: Clock): Promise<boolean> {
  let written = 0;
  while (written < chunk.length) {
    try {
      written += (await writeBytes(fd, chunk, written)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return false;
      await clock.sleep(AGAIN_MS);
    }
  }
  return true;
}
