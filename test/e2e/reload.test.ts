import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startGatewayProcess } from "../helpers/gateway-process.ts";
import { poll } from "../helpers/program.ts";
import { plivoDialect } from "../helpers/vendor-plivo.ts";
import { startVendor } from "../helpers/vendor-server.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

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

/** A Kubernetes secret as the kubelet lays it out: each file is a link through `..data`, which alone is swapped. */
function mountSecret(folder: string, files: Record<string, string>): (files: Record<string, string>) => void {
  let version = 0;
  const swap = (next: Record<string, string>) => {
    const data = `..${++version}`;
    mkdirSync(join(folder, data), { recursive: true });
    for (const [name, text] of Object.entries(next)) writeFileSync(join(folder, data, name), text);
    symlinkSync(data, join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  swap(files);
  for (const name of Object.keys(files)) symlinkSync(join("..data", name), join(folder, name));
  return swap;
}

/** The built gateway between two vendors, with every secret in a file. */
async function startLive(secrets: Record<string, string>) {
  const vendors = [
    await startVendor(twilioDialect, { AC0: "token-twilio" }),
    await startVendor(plivoDialect, { MA0: "token-plivo" }),
  ] as const;
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  const swap = mountSecret(folder, secrets);
  const gateway = await startGatewayProcess({
    configYaml: `
mode: live
auth: { keys: [{ id: kratos, secretFile: "${folder}/api-key" }] }
providers:
  first: { type: twilio, accountSid: AC0, authTokenFile: "${folder}/token", sender: { default: { from: "+14155550101" } }, baseUrl: "${vendors[0].origin}" }
  second: { type: plivo, authId: MA0, authToken: token-plivo, sender: { default: { from: "+14155550102" } }, baseUrl: "${vendors[1].origin}" }
destinations: { countries: [DE] }
`,
  });
  onTestFinished(async () => {
    await gateway.stop("SIGKILL");
    await Promise.all(vendors.map((vendor) => vendor.close()));
    rmSync(folder, { recursive: true });
  });
  const send = async (code: string, key: string) => {
    const body = JSON.stringify({ to: `+49151${code}55`, body: `Your login code is: ${code}` });
    const headers = { "content-type": "application/json", accept: "application/json", "x-api-key": key };
    return (await fetch(`${gateway.gatewayUrl}/courier/sms`, { method: "POST", headers, body })).json();
  };
  const reloads = (result: string, times: number) =>
    poll(`${times} reloads ${result}`, 10_000, async () => {
      const metrics = await (await fetch(`${gateway.opsUrl}/metrics`)).text();
      return metrics.includes(`sms_reloads_total{result="${result}"} ${times}`) || undefined;
    });
  return { gateway, vendors, swap, send, reloads };
}

describe("the running gateway takes a changed secret", () => {
  it("by itself, and asks the vendor that had refused the wrong one with the very next message", async () => {
    const { gateway, vendors, swap, send, reloads } = await startLive({ token: "token-wrong", "api-key": "key-0" });
    expect(await send("482913", "key-0")).toMatchObject({ outcome: "sent", provider: "second" });
    expect(vendors[0].requests).toHaveLength(1);
    expect(await send("482914", "key-0")).toMatchObject({ outcome: "sent", provider: "second" });
    expect(vendors[0].requests).toHaveLength(1);

    swap({ token: "", "api-key": "key-1" });
    await reloads("refused", 1);
    // The log comes a moment after the metric.
    const says = () => /authTokenFile: [^"]* is empty/.test(gateway.output()) || undefined;
    await poll("the log does not say what is wrong", 5_000, async () => says());
    expect(await send("482915", "key-0")).toMatchObject({ outcome: "sent", provider: "second" });

    swap({ token: "token-twilio", "api-key": "key-1" });
    await reloads("applied", 1);
    expect(await send("482916", "key-1")).toMatchObject({ outcome: "sent", provider: "first" });
    expect(await send("482917", "key-0")).toMatchObject({ outcome: "unauthorized" });
    for (const secret of ["token-wrong", "token-twilio", "key-0", "key-1"])
      expect(gateway.output()).not.toContain(secret);
  });
});
