import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
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
    expect(["node_modules/hono", "dist/inbox/ui/page.css", "dist/store/redis"].filter(isThere)).toHaveLength(3);
    expect(["node_modules/typescript", "src", "build.mjs", ".npmrc"].filter(isThere)).toEqual([]);
  });

  it("give an image whose bill of materials names each package that is in it, and none that is not", async () => {
    const { components } = JSON.parse(await readFile(join(image.folder, "sbom.cdx.json"), "utf8")) as Sbom;
    const manifests = (await filesOf(image.folder)).filter((path) => MANIFEST.test(path));
    const installed = await Promise.all(
      manifests.map(async (path) => JSON.parse(await readFile(path, "utf8")) as Package),
    );
    const names = (packages: Package[]) =>
      [...new Set(packages.map(({ name, version }) => `${name}@${version}`))].sort();
    expect(names(installed)).toEqual(names(components));
  });

  it("give an image to which we add little: beside Node and its libraries, 157 MB, it stays below 200", async () => {
    const sizes = (await filesOf(image.folder)).map(async (path) => (await stat(path)).size);
    const megabytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1e6;
    expect(megabytes).toBeGreaterThan(20); // it was weighed at all
    expect(megabytes).toBeLessThan(40);
  });
});

interface Package {
  name: string;
  version: string;
}

interface Sbom {
  components: Package[];
}

/** Of a package itself, and not of a folder in it. */
const MANIFEST = /\/node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/;

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
