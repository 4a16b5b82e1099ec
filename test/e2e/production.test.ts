import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { startGatewayProcess } from "../helpers/gateway-process.ts";
import { kratosBinary, startKratos } from "../helpers/kratos-server.ts";
import { poll } from "../helpers/program.ts";
import { kratosMissing, messagesTo, unlessRun } from "./stack.ts";

const FILES = ["-c", "kratos/kratos.yml", "-c", "kratos/kratos.production.yml"];
const SECRET = "0123456789abcdef0123456789abcdef";

/** What the operator's environment has to say. */
const REQUIRED: Record<string, string> = {
  DSN: "memory",
  SECRETS_COOKIE: SECRET,
  SECRETS_CIPHER: SECRET,
  SERVE_PUBLIC_BASE_URL: "https://auth.example.com/",
  COURIER_CHANNELS_0_REQUEST_CONFIG_URL: "http://127.0.0.1:9/courier/sms",
  COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_VALUE: "the-key-of-production",
};

describe.skipIf(kratosMissing)(`Kratos with kratos.production.yml${unlessRun}`, () => {
  it.each([
    ["DSN", "#/dsn"],
    ["SECRETS_COOKIE", "#/secrets/cookie"],
    ["SECRETS_CIPHER", "#/secrets/cipher"],
    ["SERVE_PUBLIC_BASE_URL", "#/serve/public/base_url"],
    ["COURIER_CHANNELS_0_REQUEST_CONFIG_URL", "#/courier/channels/0/request_config/url"],
    ["COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_VALUE", "#/courier/channels/0/request_config/auth/config/value"],
  ])("does not start without %s, nor with a development value in its place", async (variable, path) => {
    const { [variable]: _, ...rest } = REQUIRED;
    const env = { PATH: process.env["PATH"] ?? "", ...rest };
    const started = promisify(execFile)(kratosBinary, ["serve", ...FILES], { env, timeout: 20_000 });
    await expect(started).rejects.toMatchObject({ code: 1, killed: false, stderr: expect.stringContaining(path) });
  });

  it("presents the key of the environment, and hands on the client's address that the gateway limits by", async () => {
    const key = REQUIRED["COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_VALUE"] ?? "";
    const gateway = await startGatewayProcess({
      env: { GATEWAY_API_KEY: key },
      configYaml: "mode: dev\nlimits: { perClientIp: { header: True-Client-Ip, max: 1, per: 10m } }\n",
    });
    onTestFinished(async () => void (await gateway.stop()));
    const courierUrl = `${gateway.gatewayUrl}/courier/sms`;
    const { DSN: _, SERVE_PUBLIC_BASE_URL: __, ...rest } = REQUIRED;
    const kratos = await startKratos({
      courierUrl,
      overlays: ["kratos.production.yml"],
      env: {
        ...rest,
        SERVE_PUBLIC_BASE_URL: "http://127.0.0.1/",
        COURIER_CHANNELS_0_REQUEST_CONFIG_URL: courierUrl,
      },
    });
    onTestFinished(() => kratos.stop());

    const ask = async (phone: string, address: string) => {
      const headers = { "content-type": "application/json", "true-client-ip": address };
      const flow = await fetch(`${kratos.publicUrl}/self-service/registration/api`, { headers });
      const { id } = (await flow.json()) as { id: string };
      const body = JSON.stringify({ method: "code", traits: { phone } });
      const action = `${kratos.publicUrl}/self-service/registration?flow=${id}`;
      expect((await fetch(action, { method: "POST", headers, body })).status).toBe(400);
      const isSent = async () => ((await messagesTo(kratos, phone))[0]?.status === "sent" ? true : undefined);
      await poll(`an SMS to ${phone}`, 10_000, isSent);
    };
    const limited = async () =>
      /^sms_limited_total\{dimension="client-ip",enforced="false"\} (\d+)/m.exec(
        await (await fetch(`${gateway.opsUrl}/metrics`)).text(),
      )?.[1];

    await ask("+4915735990123", "203.0.113.9");
    await ask("+4915735990124", "203.0.113.10");
    expect(await limited()).toBeUndefined();
    await ask("+4915735990125", "203.0.113.9");
    expect(await limited()).toBe("1");
  });
});
