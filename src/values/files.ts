import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";

/** Reads what a configuration is made of; throws as `node:fs` does. */
export interface Files {
  text(path: string): string;
  names(folder: string): string[];
  has(path: string): boolean;
}

/** The files of this machine. */
export const machineFiles: Files = {
  text: (path) => readFileSync(path, "utf8"),
  names: (folder) => readdirSync(folder),
  has: existsSync,
};

/** The state of each file, folder or name without either, by its path. */
export type Stamps = ReadonlyMap<string, string>;

/** The files of this machine, and in which state each was when it was first asked for. */
export function recordFiles(): { files: Files; stamps: Stamps } {
  const stamps = new Map<string, string>();
  // Before it is read: what changes meanwhile is a change.
  const note = (path: string): string => {
    if (!stamps.has(path)) stamps.set(path, stampOf(path));
    return path;
  };
  const files: Files = {
    text: (path) => machineFiles.text(note(path)),
    names: (folder) => machineFiles.names(note(folder)),
    has: (path) => machineFiles.has(note(path)),
  };
  return { files, stamps };
}

/** What tells one state of a file from another, through every link; of a folder, which names it has. */
export function stampOf(path: string): string {
  try {
    const stats = statSync(path, { bigint: true });
    return stats.isDirectory() ? visibleNames(path).join("/") : `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/** Editors and the kubelet keep their own in hidden ones. */
function visibleNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort();
}
