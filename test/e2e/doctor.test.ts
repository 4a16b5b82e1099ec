import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseDocument } from "yaml";
import { diagnose } from "../../src/kratos/doctor/diagnose.ts";
import { readKratosConfiguration } from "../../src/kratos/doctor/kratos-configuration.ts";
import { kratosBinary } from "../helpers/kratos-server.ts";
import { explainMissingKratos, kratosMissing, startStack, unlessRun } from "./stack.ts";

explainMissingKratos();

const CHANNEL = "courier.channels.0";
const REQUEST = `${CHANNEL}.request_config`;

async function changed(path: string, value: unknown): Promise<string> {
  const document = parseDocument(await readFile("kratos/kratos.yml", "utf8"));
  const keys = path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (value === undefined) document.deleteIn(keys);
  else document.setIn(keys, document.createNode(value));
  return document.toString({ lineWidth: 0 });
}

async function errorsOf(path: string, value: unknown): Promise<string[]> {
  const configuration = readKratosConfiguration([{ name: "kratos.yml", text: await changed(path, value) }], {});
  if ("says" in configuration) throw new Error(configuration.says);
  const findings = diagnose(configuration, { readFile: () => undefined, evaluate: () => undefined });
  return findings.filter(({ severity }) => severity === "error").map((finding) => finding.path);
}

describe.skipIf(kratosMissing)(`what the doctor calls an error${unlessRun}`, () => {
  it.each<[mistake: string, path: string, value: unknown]>([
    ["another channel", `${CHANNEL}.id`, "phone"],
    ["a key that channels lack", `${CHANNEL}.timeout`, "5s"],
    ["a variable in the url", `${REQUEST}.url`, "${SMS_WEBHOOK_URL}"],
    ["a body of no kind", `${REQUEST}.body`, "function(ctx) ctx"],
    ["a text without e-mail", "courier.templates", { login_code: { valid: { sms: { body: {} } } } }],
    ["both switches", "selfservice.methods.code.mfa_enabled", true],
    ["a short cipher", "secrets.cipher", ["too-short"]],
  ])("keeps Kratos from starting: %s", async (_, path, value) => {
    expect(await errorsOf(path, value)).toHaveLength(1);
    const folder = await mkdtemp(join(tmpdir(), "doctor-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "kratos.yml"), await changed(path, value));
    const started = promisify(execFile)(kratosBinary, ["serve", "-c", join(folder, "kratos.yml"), "--dev"], {
      env: { PATH: process.env["PATH"] ?? "" },
      timeout: 20_000,
    });
    await expect(started).rejects.toMatchObject({ code: 1, killed: false });
  });

  it.each<[mistake: string, path: string, value: unknown]>([
    ["no type", `${CHANNEL}.type`, undefined],
    ["no method", `${REQUEST}.method`, undefined],
    ["no body", `${REQUEST}.body`, undefined],
    ["a charset", `${REQUEST}.headers.Content-Type`, "application/json; charset=utf-8"],
    ["upper-case names", `${REQUEST}.body`, `base64://${btoa("function(ctx) { recipient: ctx.Recipient }")}`],
  ])("lets no SMS out: %s", async (_, path, value) => {
    expect(await errorsOf(path, value)).toEqual([path]);
    const stack = await startStack({ kratosOverrides: { "courier.message_retries": 0, [path]: value } });
    onTestFinished(() => stack.stop());
    const messages = async () => {
      const answer = await fetch(`${stack.kratos.adminUrl}/admin/courier/messages`);
      return ((await answer.json()) as { status: string }[]).map(({ status }) => status);
    };
    const nobody = () => Promise.reject(new Error("the code is not awaited"));
    await expect(stack.app.register("+4915735990123", nobody)).rejects.toThrow("not awaited");
    await expect.poll(messages, { timeout: 15_000, interval: 200 }).toEqual(["abandoned"]);
    const inbox = await fetch(`${stack.gateway.inboxUrl}/api/messages`);
    expect(await inbox.json()).toMatchObject({ messages: [] });
  });
});
