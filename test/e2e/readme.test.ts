import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startGatewayProcess } from "../helpers/gateway-process.ts";
import { explainMissingKratos, kratosMissing, startStack, unlessRun } from "./stack.ts";

explainMissingKratos();

describe("the README", () => {
  it("shows commands that send a code and await it, as they stand there", async () => {
    const gateway = await startGatewayProcess();
    onTestFinished(async () => void (await gateway.stop()));
    const script = blockWith("README.md", "/api/codes/wait")
      .replaceAll("http://127.0.0.1:8026", gateway.inboxUrl)
      .replaceAll("http://127.0.0.1:8080", gateway.gatewayUrl);
    const printed = shell(`${script}\necho "[$code]"`, { INBOX_PORT: new URL(gateway.inboxUrl).port });
    expect(printed).toContain('"code":"482913","to":"+4915735990123"');
    expect(printed).toMatch(/\[482913\]\n$/);
  });

  it("writes an environment that is fit for live mode, for nobody else to read, and keeps its keys", () => {
    const folder = mkdtempSync(join(tmpdir(), "readme-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of ["dist", "package.json"]) symlinkSync(resolve(name), join(folder, name));
    const write = blockWith("README.md", "GATEWAY_SECRET=");
    const keys = () => readFileSync(join(folder, ".env"), "utf8");

    shell(write, {}, folder);
    const first = keys();
    expect(statSync(join(folder, ".env")).mode & 0o777).toBe(0o600);
    shell(`${write}\ntrue`, {}, folder);
    expect(keys()).toBe(first);

    const [source = ""] = blockWith("README.md", "node dist/main.js").split("\n");
    expect(shell(`${source}\nnpm run -s cli -- check`, {}, folder)).toMatch(/live mode, 1 providers, .*no errors/);
  });
});

describe.skipIf(kratosMissing)(`the README of kratos/${unlessRun}`, () => {
  it("shows commands that register a person, log in and ask who that is, as they stand there", async () => {
    const stack = await startStack();
    onTestFinished(() => stack.stop());
    const blocks = ["registration?flow=", "login?flow="].map((part) => blockWith("kratos/README.md", part));
    const [registered = "", whoAmI = ""] = blocks.map((block) =>
      shell(
        block
          .replaceAll("http://127.0.0.1:8026", stack.gateway.inboxUrl)
          .replaceAll("http://127.0.0.1:4433", stack.kratos.publicUrl),
      ),
    );
    expect(registered).toContain('"session_token":"ory_st_');
    expect(whoAmI).toMatch(/"active":true,.*"traits":\{"phone":"\+4915735990123"\}/);
  });
});

/** The block of shell commands on this page that has this in it. */
function blockWith(page: string, part: string): string {
  const blocks = [...readFileSync(page, "utf8").matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  return blocks.find((block) => block.includes(part)) ?? "";
}

function shell(script: string, env: Record<string, string> = {}, cwd = "."): string {
  const options = { cwd, encoding: "utf8", env: { PATH: process.env["PATH"], ...env }, stdio: "pipe" } as const;
  return execFileSync("sh", ["-c", script], options);
}
