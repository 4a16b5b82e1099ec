import { closeSync, openSync } from "node:fs";
import type { Reload } from "../reload.ts";
import type { Clock } from "../values/clock.ts";
import type { Stamps } from "../values/files.ts";
import { watchFiles } from "../watch-files.ts";

/** What makes a running gateway read its configuration anew, beside a call. */
export interface TriggerParts {
  reload: Reload;
  /** What the configuration was read from last: its file, and all that it names. */
  read(): Stamps;
  clock: Clock;
  /** What a SIGHUP means when the terminal is gone in which the gateway was started. */
  hangUp(): void;
}

/** Reloads on SIGHUP and whenever one of its files changes; call the answer to stop. */
export function watchTriggers({ reload, read, clock, hangUp }: TriggerParts): () => void {
  const startedInTerminal = hasTerminal();
  const onSignal = () => {
    if (startedInTerminal && !hasTerminal()) hangUp();
    else void reload("signal");
  };
  process.on("SIGHUP", onSignal);
  const stopWatching = watchFiles(read, { clock }, () => reload("file"));
  return () => {
    process.off("SIGHUP", onSignal);
    stopWatching();
  };
}

/** Who closes a terminal sends SIGHUP as well, and wants nothing to go on behind it. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
