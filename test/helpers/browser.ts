import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { refuseStaleBuild } from "./gateway-process.ts";

/** A headless Chromium that talks to nobody but the page under test, which comes out of dist/. */
export async function launchBrowser(): Promise<Browser> {
  await refuseStaleBuild();
  return chromium.launch({ executablePath: chromiumPath(), args: QUIET });
}

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The Chromium that `CHROMIUM_BIN` names, or the one on the PATH. */
export function chromiumPath(): string {
  const named = process.env["CHROMIUM_BIN"];
  if (named) return named;
  const found = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "chromium"))
    .find(isExecutable);
  if (found) return found;
  throw new Error("no chromium found: apt-get install chromium, or name one in CHROMIUM_BIN");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
