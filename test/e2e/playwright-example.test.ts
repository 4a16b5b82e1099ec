import { execFile, execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath } from "../helpers/browser.ts";
import { freePorts } from "../helpers/free-ports.ts";

/** The example as a user copies it, with the packed package where npm would put it. */
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "example-"));
  await cp("examples/playwright", folder, { recursive: true });
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, ".bin"), { recursive: true });
  for (const name of await readdir("node_modules"))
    if (!name.startsWith(".")) await symlink(resolve("node_modules", name), join(modules, name));
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { stdio: "pipe" });
  const [archive = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", join(folder, archive), "-C", modules]);
  await cp(join(modules, "package"), join(modules, "kratos-sms-gateway"), { recursive: true });
  await symlink("../kratos-sms-gateway/dist/main.js", join(modules, ".bin/kratos-sms-gateway"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the Playwright example", () => {
  it("logs in by phone in a real browser, in two workers at a time", { timeout: 120_000 }, async () => {
    const [PORT, INBOX_PORT, OPS_PORT, PRODUCT_PORT] = (await freePorts(4)).map(String);
    const ports = { PORT, INBOX_PORT, OPS_PORT, PRODUCT_PORT };
    const args = [join(folder, "node_modules/@playwright/test/cli.js"), "test", "--workers=2"];
    expect(await run(args, { HOME: folder, CHROMIUM_BIN: chromiumPath(), ...ports })).toMatch(/\n +3 passed/);
  });

  it("has types that hold", async () => {
    expect(await run([resolve("node_modules/typescript/bin/tsc"), "-p", "."])).toBe("");
  });
});

/** What the program prints, also when it fails. */
async function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { cwd: folder, env: { PATH: process.env["PATH"], ...env } };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options).catch((error) => error);
  return stdout + stderr;
}
