import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
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
    expect(run("segments", "hello")).toMatch(/^1 segment GSM-7\n/);
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

  describe("in a project of its own, without any of our dependencies", () => {
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
  const [archive = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", join(folder, archive)], { cwd: project });
  await mkdir(join(project, "node_modules"));
  await rename(join(project, "package"), join(project, "node_modules/kratos-sms-gateway"));
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
