import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createInboxClient, createPhone } from "../../src/client/client.ts";
import { type GatewayProcess, startGatewayProcess } from "../helpers/gateway-process.ts";
import { courierContext } from "../helpers/kratos-context.ts";
import { poll } from "../helpers/program.ts";

const TO = "+12025550143";

let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGatewayProcess({ env: { INBOX_TOKEN: "open-sesame" } });
});
afterAll(() => gateway?.stop());

const inbox = () => createInboxClient({ url: gateway.inboxUrl, token: "open-sesame" });

/** Posts a code as Kratos does. */
async function send(code: string, to = TO): Promise<void> {
  const body = courierContext({ recipient: to, body: `Your login code is: ${code}` }, { to, login_code: code });
  const headers = { "Content-Type": "application/json" };
  const url = `${gateway.gatewayUrl}/courier/sms`;
  expect((await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).status).toBe(200);
}

/** Runs shell words with `gateway` as the command, configured as the running one is. */
async function shell(script: string): Promise<string> {
  const command = `gateway() { "${process.execPath}" "${resolve("dist/main.js")}" "$@"; }`;
  const env = {
    PATH: process.env["PATH"],
    INBOX_PORT: new URL(gateway.inboxUrl).port,
    INBOX_TOKEN: "open-sesame",
  };
  return (await promisify(execFile)("sh", ["-c", `${command}\n${script}`], { env, cwd: tmpdir() })).stdout;
}

describe("the commands that read the inbox of a running gateway", () => {
  it("hand a code to a shell", async () => {
    await send("482913");
    expect(await shell(`code=$(gateway wait --to ${TO}) && echo "[$code]"`)).toBe("[482913]\n");
  });

  it("end with 3 when no code comes, so that a script can tell", async () => {
    expect(await shell("gateway wait --to +12025550100 --timeout 100ms 2>/dev/null; echo $?")).toBe("3\n");
  });

  it("end when nobody reads what tail prints", async () => {
    const printed = shell("gateway tail | head -1");
    let sent = 0;
    const look = async () => {
      await send(String(100_000 + sent++), "+12025550199");
      return Promise.race([printed, undefined]);
    };
    expect(await poll("the end of tail", 20_000, look)).toMatch(
      /^\d\d:\d\d:\d\d +\+12025550199 +login_code_valid +1\d{5} /,
    );
  });
});

describe("the client", () => {
  it("gives 20 phones their own codes from one gateway, asked for at once, and again", async () => {
    const client = inbox();
    const numbers = Array.from({ length: 20 }, (_, index) => `+12025550${100 + index}`);
    await Promise.all(
      numbers.map(async (number, index) => {
        const phone = await createPhone(client, number);
        for (const round of [1, 2, 3]) {
          const code = phone.code();
          await send(`${round}${String(index).padStart(5, "0")}`, number);
          expect(await code).toBe(`${round}${String(index).padStart(5, "0")}`);
        }
      }),
    );
  });
});
