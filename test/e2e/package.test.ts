import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../helpers/free-ports.ts";
import { packInto, unpack } from "../helpers/packed.ts";
import { startProgram } from "../helpers/program.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  version: string;
  bin: Record<"kratos-sms-gateway", string>;
  exports: Record<string, string | Record<string, string>>;
};

/** The package as npm would install it for `npx kratos-sms-gateway`: it has no dependencies. */
let folder = "";
let archive = "";
const installed = () => join(folder, "node_modules/kratos-sms-gateway");
const bin = () => join(folder, "node_modules/.bin/kratos-sms-gateway");
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "package-"));
  archive = await packInto(folder);
  await unpack(archive, installed());
  await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
  await symlink(join("..", "kratos-sms-gateway", manifest.bin["kratos-sms-gateway"]), bin());
  await mkdir(join(folder, "empty"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the package", () => {
  const call = (...args: string[]) =>
    execFileSync(bin(), args, { cwd: join(folder, "empty"), env: { PATH: PATH }, encoding: "utf8" });

  it("starts in an empty folder, says what to paste into kratos.yml, takes a message and shows its code", async () => {
    const [PORT, INBOX_PORT, OPS_PORT] = (await freePorts(3)).map(String) as [string, string, string];
    const program = await startProgram({
      command: bin(),
      args: [],
      env: { PATH, PORT, INBOX_PORT, OPS_PORT },
      cwd: join(folder, "empty"),
      readyUrls: [`http://127.0.0.1:${OPS_PORT}/readyz`, `http://127.0.0.1:${INBOX_PORT}/`],
      readyWithinMs: 15_000,
    });
    const body = JSON.stringify({ to: "+4915735990123", body: "Your login code is: 482913" });
    const headers = { "content-type": "application/json" };
    await fetch(`http://127.0.0.1:${PORT}/courier/sms`, { method: "POST", headers, body });
    const code = await fetch(`http://127.0.0.1:${INBOX_PORT}/api/codes/latest?to=%2B4915735990123`);
    expect(await code.json()).toMatchObject({ code: "482913" });
    const wait = ["wait", "--to", "+4915735990123", "--url", `http://127.0.0.1:${INBOX_PORT}`];
    expect(call(...wait)).toBe("482913\n");
    expect(await program.stop()).toMatchObject({ exitCode: 0 });
    expect(program.output()).toContain(`url: "http://127.0.0.1:${PORT}/courier/sms"`);
    expect(program.output()).toContain(`http://127.0.0.1:${INBOX_PORT}\n`);
    expect(await readdir(join(folder, "empty"))).toEqual([]);
  });

  it("runs every command that needs files of its own", () => {
    expect(call("--version")).toBe(`${manifest.version}\n`);
    expect(call("help")).toContain("kratos-sms-gateway <command>");
    expect(call("jsonnet")).toContain("function(ctx)");
    expect(call("kratos-config")).toContain("base64://");
    expect(call("segments", "hello")).toMatch(/^1 segment GSM-7\n/);
    expect(call("explain", "+4915735990123")).toContain("inbox");
  });

  it("brings an example that its own check accepts", () => {
    const example = join(installed(), "gateway.example.yaml");
    const names = [...readFileSync(example, "utf8").matchAll(/^[^#\n]*\$\{([A-Z_]+)\}/gm)].map(([, name]) => name);
    const values = names.map((name) => [
      name,
      name === "TWILIO_ACCOUNT_SID" ? `AC${"0".repeat(32)}` : `a-${name}-of-32-characters-or-more`,
    ]);
    const env = { PATH, GATEWAY_CONFIG: example, ...Object.fromEntries(values) };
    const check = () => execFileSync(bin(), ["check"], { cwd: join(folder, "empty"), env, stdio: "pipe" });
    expect(names).toContain("PLIVO_AUTH_TOKEN");
    expect(check).not.toThrow();
  });

  it("has its command with a shebang, and executable", async () => {
    const path = manifest.bin["kratos-sms-gateway"];
    const listed = execFileSync("tar", ["-tvzf", archive, `package/${path}`], { encoding: "utf8" });
    expect(listed).toMatch(/^-rwxr-xr-x /);
    expect(await readFile(join(installed(), path), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it("has every file that its package.json names", async () => {
    const named = [...Object.values(manifest.bin), ...Object.values(manifest.exports).flatMap(pathsOf)];
    const missing = named.filter((path) => !existsSync(join(installed(), path)));
    expect(named.length).toBeGreaterThan(6);
    expect(missing).toEqual([]);
  });

  it("holds what users need and nothing else, in less than five megabytes", async () => {
    const entries = await readdir(installed(), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed(), join(entry.parentPath, entry.name)));
    expect(files.filter((path) => !PACKED.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const pattern of PACKED) expect([pattern, files.some((path) => pattern.test(path))]).toEqual([pattern, true]);
    const sizes = await Promise.all(files.map(async (path) => (await stat(join(installed(), path))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(5_000_000);
  });

  describe("in a project of its own that has none of what we are built with", () => {
    let project = "";
    beforeAll(async () => {
      project = await unpackInto(await mkdtemp(join(tmpdir(), "project-")));
    });
    afterAll(() => rm(project, { recursive: true, force: true }));

    it.each<[entry: string, names: string[]]>([
      ["client", ["createInboxClient", "createPhone", "createPhoneNumbers", "isInboxError"]],
      ["playwright", ["inboxFixtures"]],
      ["cypress", ["addInboxCommands", "inboxTasks"]],
    ])("imports %s", (entry, names) => {
      const script = `console.log(Object.keys(await import("kratos-sms-gateway/${entry}")).sort().join())`;
      const args = ["--input-type=module", "-e", script];
      const out = execFileSync(process.execPath, args, { cwd: project, encoding: "utf8" });
      expect(out.trim().split(",")).toEqual(names);
    });

    it.each([
      ["bundler", "esnext"],
      ["nodenext", "nodenext"],
    ])("has types, resolved as %s does", async (moduleResolution, module) => {
      await bringPlaywright(project);
      await writeFile(join(project, "use.ts"), USE);
      const tsc = [resolve("node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck"];
      const flags = ["--target", "es2023", "--module", module, "--moduleResolution", moduleResolution, "use.ts"];
      const check = () => execFileSync(process.execPath, [...tsc, "--types", "node", ...flags], { cwd: project });
      expect(check).not.toThrow();
    });
  });
});

const { PATH = "" } = process.env;

/** Each kind of file that is packed: no test, no source map, no file of this machine; types only of what is imported. */
const PACKED = [
  /^(CHANGELOG\.md|LICENSE|README\.md|gateway\.example\.yaml|package\.json)$/,
  /^courier-jsonnet\/[\w.]+$/,
  /^kratos\/([\w.-]+\.(yml|json)|README\.md|hooks\/[\w-]+\.jsonnet)$/,
  /^dist\/[\w/-]+\.js$/,
  /^dist\/client\/[\w-]+\.d\.ts$/,
  /^dist\/inbox\/ui\/page\.css$/,
  /^dist\/redis\/[\w-]+\.lua$/,
  /^dist\/(THIRD-PARTY-NOTICES\.txt|sbom\.cdx\.json)$/,
];

const pathsOf = (target: string | Record<string, string>) =>
  typeof target === "string" ? [target] : Object.values(target);

/** What a user may write, and one line that must be an error. */
const USE = `
import { test as base } from "@playwright/test";
import { createInboxClient, isInboxError, type Message } from "kratos-sms-gateway/client";
import { inboxTasks } from "kratos-sms-gateway/cypress";
import { type InboxFixtures, type InboxWorkerFixtures, inboxFixtures } from "kratos-sms-gateway/playwright";

const test = base.extend<InboxFixtures, InboxWorkerFixtures>(inboxFixtures);
test("logs in", async ({ page, phone, inbox }) => {
  await page.getByLabel("Phone").fill(phone.number);
  const code: string = await phone.code({ template: "login_code_valid" });
  const [message]: (Message | undefined)[] = (await inbox.messages({ limit: 1 })).messages;
  // @ts-expect-error there is no such field
  console.log(code, message?.codde);
});
const inbox = createInboxClient({ url: "http://127.0.0.1:8026" });
inbox.waitForCode({ to: "+12025550143" }).catch((error) => isInboxError(error) && error.code === "timeout");
const tasks: Record<string, (argument: never) => Promise<string>> = inboxTasks();
console.log(tasks);
`;

/** Puts the package, and nothing else, into a project's node_modules. */
async function unpackInto(project: string): Promise<string> {
  await unpack(archive, join(project, "node_modules/kratos-sms-gateway"));
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  return project;
}

/** Playwright, and Node's types, are the user's to bring. */
async function bringPlaywright(project: string): Promise<void> {
  const modules = join(project, "node_modules");
  await mkdir(join(modules, "@playwright"), { recursive: true });
  for (const name of ["@playwright/test", "@types"]) {
    await rm(join(modules, name), { force: true });
    await symlink(resolve("node_modules", name), join(modules, name));
  }
}
