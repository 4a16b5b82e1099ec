import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "./values/clock.ts";
import { type Stamps, stampOf } from "./values/files.ts";

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
 * Calls `onChange` whenever a file is not what it was when it was `read` last, until the answer is called. Folders are
 * watched, not files: editors write a new one and rename it, and Kubernetes swaps the link `..data` beside it.
 *
 * @param onChange resolves when the files were read again, which may be others then
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
 */
export function watchFiles(read: () => Stamps, options: WatchOptions, onChange: () => Promise<unknown>): () => void {
  const { clock, settleMs = SETTLE_MS, lookEveryMs = LOOK_EVERY_MS } = options;
  let last: Stamps | undefined;
  let known: Stamps = new Map();
  let isResting = false;
  let hasEnded = false;
  let letBe = () => {};
  const folders = watchFolders(() => {
    if (isResting) lookAgain();
  });

  function lookAgain(): void {
    letBe();
    if (hasEnded) return;
    // It may have been read on somebody else's call, too.
    if (read() !== last) known = last = read();
    folders.keepTo([...known.keys()].map(dirname));
    const now = look(known);
    isResting = isSame(known, now);
    letBe = isResting ? clock.after(lookEveryMs, lookAgain) : clock.after(settleMs, () => settle(now));
  }

  /** Whoever writes in pieces is not done yet. */
  function settle(before: Stamps): void {
    known = look(before);
    if (isSame(before, known)) void onChange().then(lookAgain);
    else letBe = clock.after(settleMs, () => settle(known));
  }

  lookAgain();
  return () => {
    hasEnded = true;
    letBe();
    folders.keepTo([]);
  };
}

function look(known: Stamps): Stamps {
  return new Map([...known.keys()].map((path) => [path, stampOf(path)]));
}

function isSame(one: Stamps, other: Stamps): boolean {
  return [...one].every(([path, stamp]) => other.get(path) === stamp);
}

/** Where a folder cannot be watched, looking has to do. */
function watchFolders(onEvent: () => void): { keepTo(folders: readonly string[]): void } {
  const watchers = new Map<string, FSWatcher>();
  const forget = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const add = (folder: string) => {
    try {
      const watcher = watch(folder, { persistent: false }, onEvent);
      watchers.set(
        folder,
        watcher.on("error", () => forget(folder)),
      );
    } catch {
      // The next look tries again.
    }
  };
  return {
    keepTo(folders) {
      const wanted = new Set(folders);
      for (const folder of watchers.keys()) if (!wanted.has(folder)) forget(folder);
      for (const folder of wanted) if (!watchers.has(folder)) add(folder);
    },
  };
}
