import { closeSync, openSync } from "node:fs";
import type { Reload } from "../reload.ts";
import type { Clock } from "../values/clock.ts";
import { watchFile } from "../watch-file.ts";

/** What makes a running gateway read its configuration anew, beside a call. */
export interface TriggerParts {
  reload: Reload;
  /** Absent when there is none to change. */
  file?: string | undefined;
  clock: Clock;
  /** What a SIGHUP means when the terminal is gone in which the gateway was started. */
  hangUp(): void;
}

/** Reloads on SIGHUP and whenever the file changes; call the answer to stop. */
export function watchTriggers({ reload, file, clock, hangUp }: TriggerParts): () => void {
  const startedInTerminal = hasTerminal();
  const onSignal = () => {
    if (startedInTerminal && !hasTerminal()) hangUp();
    else void reload("signal");
  };
  process.on("SIGHUP", onSignal);
  const stopWatching = file === undefined ? undefined : watchFile(file, { clock }, () => void reload("file"));
  return () => {
    process.off("SIGHUP", onSignal);
    stopWatching?.();
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
