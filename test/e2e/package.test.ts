import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../helpers/free-ports.ts";
import { startProgram } from "../helpers/program.ts";

/** The package as npm would publish it, unpacked beside our dependencies. */
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "package-"));
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { stdio: "pipe" });
  const [archive = ""] = await readdir(folder);
  execFileSync("tar", ["-xzf", archive], { cwd: folder });
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the package", () => {
  it("starts, takes a message and shows its code", async () => {
    const [PORT, INBOX_PORT, OPS_PORT] = (await freePorts(3)).map(String) as [string, string, string];
    const program = await startProgram({
      command: process.execPath,
      args: ["package/dist/main.js"],
      env: { PATH: process.env["PATH"] ?? "", PORT, INBOX_PORT, OPS_PORT },
      cwd: folder,
      readyUrls: [`http://127.0.0.1:${OPS_PORT}/readyz`, `http://127.0.0.1:${INBOX_PORT}/`],
      readyWithinMs: 15_000,
    });
    const body = JSON.stringify({ to: "+4915735990123", body: "Your login code is: 482913" });
    const headers = { "content-type": "application/json" };
    await fetch(`http://127.0.0.1:${PORT}/courier/sms`, { method: "POST", headers, body });
    const code = await fetch(`http://127.0.0.1:${INBOX_PORT}/api/codes/latest?to=%2B4915735990123`);
    expect(await code.json()).toMatchObject({ code: "482913" });
    expect(await program.stop()).toMatchObject({ exitCode: 0 });
  });

  it("runs every command that needs files of its own", () => {
    const run = (...args: string[]) =>
      execFileSync(process.execPath, ["package/dist/main.js", ...args], { cwd: folder, encoding: "utf8" });
    expect(run("jsonnet")).toContain("function(ctx)");
    expect(run("kratos-config")).toContain("base64://");
    expect(run("segments", "hello")).toBe("1 segment GSM-7\n");
  });

  it("holds nothing but what users need", async () => {
    const files = (await readdir(join(folder, "package"))).sort();
    expect(files).toEqual(
      [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "courier-jsonnet",
        "dist",
        "gateway.example.yaml",
        "kratos",
        "package.json",
      ].sort(),
    );
  });
});
