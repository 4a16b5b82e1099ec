import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReplayedImage, replayDockerfile } from "../helpers/dockerfile-replay.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { nobody, startProgram } from "../helpers/program.ts";

const run = promisify(execFile);

/** Installs everything once more. */
const unlessLong = process.env["E2E"] !== "long";
const longTitle = unlessLong ? " (only with E2E=long: npm run test:all)" : "";

describe.skipIf(unlessLong)(`the Dockerfile's steps, done in a plain folder${longTitle}`, () => {
  let image: ReplayedImage;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "image-"));
    await chmod(folder, 0o755);
    image = replayDockerfile(folder);
    await run("chmod", ["-R", "a-w", image.folder]);
  }, 300_000);
  afterAll(async () => {
    if (image) await run("chmod", ["-R", "u+w", image.folder]);
    await rm(folder, { recursive: true, force: true });
  });

  const inImage = ([command = "", ...args]: string[], env: Record<string, string>) =>
    run(command, args, { cwd: image.folder, env: { ...image.env, ...env }, ...nobody }).then(
      () => 0,
      ({ code }) => code,
    );

  it("give a gateway that runs as nobody, writes nothing, takes a message, tells its health, and ends in order", async () => {
    const [PORT = "", OPS_PORT = "", INBOX_PORT = ""] = (await freePorts(3)).map(String);
    const env = { GATEWAY_MODE: "dev", HOST: "127.0.0.1", OPS_HOST: "127.0.0.1", PORT, OPS_PORT, INBOX_PORT };
    const [command = "", ...args] = image.entrypoint;
    const program = await startProgram({
      command,
      args,
      env: { ...image.env, ...env },
      cwd: image.folder,
      ...(nobody && { user: nobody }),
      readyUrls: [`http://127.0.0.1:${OPS_PORT}/readyz`, `http://127.0.0.1:${INBOX_PORT}/`],
      readyWithinMs: 15_000,
    });
    const body = JSON.stringify({ to: "+4915735990123", body: "Your login code is: 482913" });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`http://127.0.0.1:${PORT}/courier/sms`, { method: "POST", headers, body });
    expect(answer.headers.get("x-outcome")).toBe("captured");
    expect(await inImage(image.healthcheck, env)).toBe(0);
    expect(await program.stop()).toMatchObject({ exitCode: 0 });
    expect(await inImage(image.healthcheck, env)).toBe(1);
  });

  it("give an image that starts no inbox by accident: without configuration it ends with 78", async () => {
    expect(await inImage(image.entrypoint, {})).toBe(78);
  });

  it("give an image that has what each command needs, and no tool that only built it", async () => {
    expect(await inImage([...image.entrypoint, "jsonnet"], {})).toBe(0);
    expect(await inImage([...image.entrypoint, "kratos-config"], {})).toBe(0);
    const isThere = (path: string) => existsSync(join(image.folder, path));
    expect(["dist/inbox/ui/page.css", "dist/redis", "dist/sbom.cdx.json"].filter(isThere)).toHaveLength(3);
    expect(["node_modules", "src", "build", "build.mjs", ".npmrc"].filter(isThere)).toEqual([]);
  });

  it("give an image to which we add little: beside Node and its libraries, 157 MB, it is some five", async () => {
    const sizes = (await filesOf(image.folder)).map(async (path) => (await stat(path)).size);
    const megabytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1e6;
    expect(megabytes).toBeGreaterThan(3); // it was weighed at all
    expect(megabytes).toBeLessThan(6);
  });
});

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
