import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayProcess, startGatewayProcess } from "../helpers/gateway-process.ts";
import { poll } from "../helpers/program.ts";
import { kratosMissing, type Stack, startStack, unlessRun } from "./stack.ts";

/** Kratos' own default of `message_retries` would have given up by then. */
const MORE_THAN_THE_DEFAULT = 7;

describe.skipIf(kratosMissing)(`while the gateway restarts${unlessRun}`, () => {
  let stack: Stack;
  let restarted: GatewayProcess | undefined;
  beforeAll(async () => {
    // The shipped second between two tries would only make the test slower.
    stack = await startStack({ kratosOverrides: { "courier.worker.pull_wait": "100ms" } });
  });
  afterAll(async () => {
    await stack?.stop();
    await restarted?.stop();
  });

  it("a code that was asked for in between arrives afterwards", async () => {
    const { app, gateway, kratos } = stack;
    const port = (url: string) => new URL(url).port;
    const ports = {
      PORT: port(gateway.gatewayUrl),
      INBOX_PORT: port(gateway.inboxUrl),
      OPS_PORT: port(gateway.opsUrl),
    };
    expect(await gateway.stop()).toEqual({ exitCode: 0, signal: null });

    const session = app.register("+4915735990123", async () => {
      await poll(
        "many failed tries",
        20_000,
        async () => (await countTries(kratos.adminUrl)) >= MORE_THAN_THE_DEFAULT || undefined,
      );
      restarted = await startGatewayProcess({ env: ports });
      const wait = await fetch(`${restarted.inboxUrl}/api/codes/wait?to=%2B4915735990123&since=0&timeout=10`);
      return ((await wait.json()) as { code: string }).code;
    });
    await expect(session).resolves.toMatchObject({ token: expect.any(String) });
  });
});

async function countTries(adminUrl: string): Promise<number> {
  const messages = (await (await fetch(`${adminUrl}/admin/courier/messages`)).json()) as { send_count: number }[];
  return messages[0]?.send_count ?? 0;
}
