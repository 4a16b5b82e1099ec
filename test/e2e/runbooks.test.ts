import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../helpers/free-ports.ts";
import { readGuide } from "../helpers/guide.ts";
import { type Program, startProgram } from "../helpers/program.ts";
import { sharedRedis } from "../helpers/redis-server.ts";
import { openShell, type Shell } from "../helpers/shell.ts";
import { plivoDialect } from "../helpers/vendor-plivo.ts";
import { startVendor } from "../helpers/vendor-server.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

const RUNBOOKS = "docs/runbooks";
const NUMBER = "+4915735990123";
const KEY = "the-key-that-kratos-presents";

const pages = readdirSync(RUNBOOKS).filter((name) => name !== "README.md");
const ends: (() => unknown)[] = [];
let shell: Shell;
let ports: { PORT: string; OPS_PORT: string };
let gateway: Program;

/** An operator's machine: a live gateway between two stand-ins, its configuration, and a Redis. */
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "runbooks-"));
  ends.push(() => rmSync(folder, { recursive: true }));
  const [twilio, plivo] = [
    await startVendor(twilioDialect, { AC0: "token-twilio" }),
    await startVendor(plivoDialect, { MA0: "token-plivo" }),
  ];
  const redis = await sharedRedis();
  ends.push(redis.stop, twilio.close, plivo.close);
  const [PORT, OPS_PORT] = (await freePorts(2)).map(String) as [string, string];
  ports = { PORT, OPS_PORT };
  const program = join(folder, "kratos-sms-gateway");
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${resolve("dist/main.js")}' "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(folder, "gateway.yaml"), configuration(twilio.origin, plivo.origin));
  const kratosYml = readFileSync("kratos/kratos.yml", "utf8").replace("127.0.0.1:8080", `127.0.0.1:${PORT}`);
  writeFileSync(join(folder, "kratos.yml"), kratosYml);
  const env = {
    ...ports,
    PATH: `${folder}:${process.env["PATH"]}`,
    ADMIN_API_KEY: "the-admin-key",
    REDIS_URL: redis.url,
    COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_VALUE: KEY,
  };
  shell = openShell(folder, env);
  const readyUrls = [`http://127.0.0.1:${OPS_PORT}/readyz`];
  gateway = await startProgram({ command: program, args: [], env, cwd: folder, readyUrls, readyWithinMs: 20_000 });
  ends.push(shell.close, () => gateway.stop());
  // One message, and one caller with a wrong key: what the pages ask about has happened.
  expect((await post(KEY)).status).toBe(200);
  expect((await post("a-wrong-key")).status).toBe(401);
}, 60_000);

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

describe("every command of the runbook", () => {
  it.each(pages)("%s does what it is there for, on a gateway that is well", async (name) => {
    const commands = commandsOf(readFileSync(join(RUNBOOKS, name), "utf8"));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const { exitCode, output } = await shell.run(command.replaceAll("127.0.0.1:8081", `127.0.0.1:${ports.OPS_PORT}`));
      expect(exitCode, `${command}\n${output}`).toBe(0);
      expect(output, command).not.toBe("");
    }
  });
});

/** Each line of its blocks, and each whole command within its sentences. */
function commandsOf(page: string): string[] {
  const blocks = readGuide(page).flatMap(({ text }) => text.trim().split("\n"));
  const sentences = page.replace(/^```[\s\S]*?^```$/gm, "");
  const within = [...sentences.matchAll(/`(kratos-sms-gateway [^`]+)`/g)].map(([, command = ""]) => command);
  return [...blocks, ...within].map((command) => command.replaceAll("+49…", NUMBER));
}

function post(key: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${ports.PORT}/courier/sms`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify({ to: NUMBER, body: "Your login code is: 482913" }),
  });
}

function configuration(twilio: string, plivo: string): string {
  return `
mode: live
secret: a-secret-of-the-runbooks
listen: { host: 127.0.0.1 }
ops: { host: 127.0.0.1 }
auth: { keys: [{ id: kratos, secret: ${KEY} }] }
admin: { keys: [{ id: ops, secret: "\${ADMIN_API_KEY}" }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: token-twilio, sender: { default: { from: "+14155550101" } }, baseUrl: "${twilio}" }
  plivo-main: { type: plivo, authId: MA0, authToken: token-plivo, sender: { default: { from: "+14155550102" } }, baseUrl: "${plivo}" }
destinations: { countries: [DE] }
store: { type: redis, url: "\${REDIS_URL}", keyPrefix: runbooks }
`;
}
