import { spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startGatewayProcess } from "../helpers/gateway-process.ts";
import { poll } from "../helpers/program.ts";

const yaml = (key: string) =>
  `mode: dev\nauth: { keys: [{ id: kratos, secret: ${key} }] }\nadmin: { keys: [{ id: ops, secret: key-of-ops }] }\n`;

/** The built gateway over a file that can change. */
async function start() {
  const folder = mkdtempSync(join(tmpdir(), "reload-"));
  const file = join(folder, "gateway.yaml");
  const write = (text: string) => {
    writeFileSync(`${file}~`, text);
    renameSync(`${file}~`, file);
  };
  write(yaml("key-0"));
  const gateway = await startGatewayProcess({ env: { GATEWAY_CONFIG: file } });
  onTestFinished(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });
  const statusWith = async (key: string) => {
    const body = JSON.stringify({ to: "+4915735990123", body: "Your login code is: 482913" });
    const headers = { "content-type": "application/json", "x-api-key": key };
    return (await fetch(`${gateway.gatewayUrl}/courier/sms`, { method: "POST", headers, body })).status;
  };
  const inForce = (key: string) =>
    poll(`${key} is not in force`, 5_000, async () => (await statusWith(key)) === 200 || undefined);
  const cli = (...args: string[]) => {
    const env = { PATH: process.env["PATH"], GATEWAY_CONFIG: file, OPS_PORT: new URL(gateway.opsUrl).port };
    const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/main.js", "reload", ...args], { env });
    return { status, printed: `${stdout}${stderr}` };
  };
  return { gateway, write, inForce, statusWith, cli };
}

describe("the running gateway takes a changed file", () => {
  it("by itself, on SIGHUP, and by the command that says what is wrong", async () => {
    const { gateway, write, inForce, statusWith, cli } = await start();
    write(yaml("key-1"));
    await inForce("key-1");
    expect(await statusWith("key-0")).toBe(401);

    process.kill(gateway.pid, "SIGHUP");
    await poll("no reload by signal", 5_000, async () => gateway.output().includes('"by":"signal"') || undefined);
    await inForce("key-1");

    expect(cli()).toEqual({ status: 0, printed: "the configuration was read anew and is in force\n" });
    write(`${yaml("key-2")}lgo: {}\n`);
    const wrong = cli("--url", gateway.opsUrl, "--key", "key-of-ops");
    expect(wrong.status).toBe(78);
    expect(wrong.printed).toMatch(/gateway\.yaml:4:1 lgo: unknown key; did you mean log\?[\s\S]*stays in force/);
    expect(cli("--url", gateway.opsUrl, "--key", "another").status).toBe(1);
    expect(cli("--url", "http://127.0.0.1:1", "--key", "another").printed).toMatch(/no gateway answers/);
    await inForce("key-1");
    expect(await gateway.stop()).toEqual({ exitCode: 0, signal: null });
  });
});
