import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { refuseStaleBuild } from "./gateway-process.ts";

const run = promisify(execFile);

/** Packs what dist/ holds as npm would publish it, and tells where the archive is. */
export async function packInto(folder: string): Promise<string> {
  await refuseStaleBuild();
  const { stdout } = await run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder]);
  return join(folder, stdout.trim());
}

/** Unpacks it as npm would install it; nothing else comes with it. */
export async function unpack(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await run("tar", ["-xzf", archive, "-C", folder, "--strip-components", "1"]);
}
