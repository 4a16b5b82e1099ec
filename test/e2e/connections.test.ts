import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poll } from "../helpers/program.ts";
import { kratosMissing, type Stack, startStack, unlessRun } from "./stack.ts";

const MESSAGES = 200;
const PHONES = Array.from({ length: 20 }, (_, index) => `+49157359901${index + 10}`);
const HANDFUL = 4;

const noProc = process.platform !== "linux";
if (noProc) console.warn("e2e test of connections NOT RUN: it reads /proc/net/tcp, which only Linux has");

describe.skipIf(kratosMissing || noProc)(`${MESSAGES} messages${unlessRun}`, () => {
  let stack: Stack;
  beforeAll(async () => {
    // The shipped second between two pulls would only make the test slower.
    stack = await startStack({ kratosOverrides: { "courier.worker.pull_wait": "100ms" } });
    for (const phone of PHONES) await createIdentity(stack.kratos.adminUrl, phone);
  });
  afterAll(() => stack?.stop());

  it("leave no pile of connections on either side", async () => {
    const { app, gateway, kratos } = stack;
    const seen: number[] = [];
    const sample = async () => seen.push(await countConnections(new URL(gateway.gatewayUrl).port));

    for (const phone of PHONES) {
      const flow = await app.askForLoginCode(phone);
      for (let resent = 1; resent < MESSAGES / PHONES.length; resent++) await flow.resend();
      await sample();
    }
    await poll(`${MESSAGES} messages sent`, 45_000, async () => {
      await sample();
      const statuses = await readStatuses(kratos.adminUrl);
      expect(statuses).not.toContain("abandoned");
      return statuses.filter((status) => status === "sent").length === MESSAGES || undefined;
    });
    await sample();

    expect(seen.some((count) => count > 0)).toBe(true);
    expect(Math.max(...seen)).toBeLessThanOrEqual(HANDFUL);
  });
});

async function createIdentity(adminUrl: string, phone: string): Promise<void> {
  const response = await fetch(`${adminUrl}/admin/identities`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ schema_id: "phone", traits: { phone } }),
  });
  if (response.status !== 201) throw new Error(`Kratos answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

async function readStatuses(adminUrl: string): Promise<string[]> {
  const response = await fetch(`${adminUrl}/admin/courier/messages?page_size=${MESSAGES + 50}`);
  return ((await response.json()) as { status: string }[]).map(({ status }) => status);
}

const ESTABLISHED = "01";
const CLOSE_WAIT = "08";

/** The larger of the two sides' sockets that are open towards, or at, this port of this machine. */
async function countConnections(port: string): Promise<number> {
  const wanted = Number(port).toString(16).toUpperCase().padStart(4, "0");
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  const sockets = tables
    .flatMap((table) => table.split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === ESTABLISHED || state === CLOSE_WAIT);
  const callers = sockets.filter(([, , remote]) => remote?.endsWith(`:${wanted}`));
  const servers = sockets.filter(([, local]) => local?.endsWith(`:${wanted}`));
  return Math.max(callers.length, servers.length);
}
