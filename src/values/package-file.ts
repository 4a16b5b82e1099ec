import { existsSync } from "node:fs";

/** A file of this package by its path from package.json, as well from the sources as from the bundle. */
export function packageFile(path: string): URL {
  let folder = new URL(".", import.meta.url);
  while (!existsSync(new URL("package.json", folder)) && folder.pathname !== "/") folder = new URL("..", folder);
  return new URL(path, folder);
}
