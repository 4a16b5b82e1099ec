import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "./values/clock.ts";

/** An editor, a copy or a config map makes several changes out of one. */
const SETTLE_MS = 200;
/** For what tells nobody: network drives, a link on the way that points elsewhere now. */
const LOOK_EVERY_MS = 5_000;

/** How often is looked; whatever is absent has a default. */
export interface WatchOptions {
  clock: Clock;
  settleMs?: number;
  lookEveryMs?: number;
}

/**
 * Calls `onChange` once for each change of a file, or of what its name leads to, until the answer is called. Its folder is
 * watched, not the file: editors write a new one and rename it, and Kubernetes swaps the link `..data` beside it.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
 */
export function watchFile(path: string, options: WatchOptions, onChange: () => void): () => void {
  const { clock, settleMs = SETTLE_MS, lookEveryMs = LOOK_EVERY_MS } = options;
  const ended = new AbortController();
  let stirred = new AbortController();
  const watcher = watchFolder(dirname(path), () => stirred.abort());

  async function follow(first: string): Promise<void> {
    let seen = first;
    while (!ended.signal.aborted) {
      await clock.sleep(lookEveryMs, stirred.signal);
      if (ended.signal.aborted) return;
      stirred = new AbortController();
      let now = look(path);
      if (now === seen) continue;
      // Whoever writes in pieces is not done yet.
      for (let before = ""; before !== now; ) {
        before = now;
        await clock.sleep(settleMs, ended.signal);
        now = look(path);
      }
      if (ended.signal.aborted) return;
      seen = now;
      onChange();
    }
  }

  void follow(look(path));
  return () => {
    ended.abort();
    stirred.abort();
    watcher?.close();
  };
}

/** Undefined where folders cannot be watched: then looking has to do. */
function watchFolder(folder: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

/** What tells one state of the file from another, through every link. */
function look(path: string): string {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
