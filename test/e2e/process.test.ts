import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePorts } from "../helpers/free-ports.ts";
import { poll } from "../helpers/program.ts";

/** A gateway started in an unusual way, in a process group of its own that is gone after the test. */
async function start(command: string[], stdout: "pipe" | number) {
  const [PORT, INBOX_PORT, OPS_PORT] = (await freePorts(3)).map(String);
  const env = { ...process.env, PORT, INBOX_PORT, OPS_PORT };
  const [file = "", ...args] = command;
  const child = spawn(file, args, { env, stdio: ["ignore", stdout, "ignore"], detached: true });
  onTestFinished(() => killGroup(child));
  const isUp = async () => (await isReady(OPS_PORT)) || undefined;
  await poll("the gateway is not ready", 15_000, isUp);
  const post = (code: number) =>
    fetch(`http://127.0.0.1:${PORT}/courier/sms`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ to: "+4915735990123", body: `Your login code is: ${code}` }),
    });
  return { child, post, isUp: () => isReady(OPS_PORT) };
}

async function isReady(port: string | undefined): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

describe("the process", () => {
  it("ends with npm start, and leaves nobody behind on its ports", async () => {
    const { child, isUp } = await start(["npm", "start"], "pipe");
    child.stdout?.resume();
    child.kill("SIGTERM");
    await once(child, "exit");
    await poll("the gateway outlives npm", 5_000, async () => !(await isUp()) || undefined);
  });

  it("goes on when its log cannot be written", async () => {
    const { post, isUp } = await start(["node", "dist/main.js"], openSync("/dev/full", "w"));
    for (let code = 100_000; code < 100_050; code++) expect((await post(code)).status).toBe(200);
    expect(await isUp()).toBe(true);
  });

  it("goes on when nobody reads its log, and ends when it is told to", async () => {
    const { child, post } = await start(["node", "dist/main.js"], "pipe");
    for (let code = 100_000; code < 100_500; code++) expect((await post(code)).status).toBe(200);
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await Promise.race([
      ended,
      poll("it does not end", 5_000, async () => child.exitCode ?? child.signalCode ?? undefined),
    ]);
  });
});
