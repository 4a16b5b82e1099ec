import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./contenders.mjs";

/** A Redis or Valkey of this run's own on a free port; undefined when the machine has none. */
export async function startRedis() {
  for (const program of ["redis-server", "valkey-server"]) {
    const port = await freePort();
    const child = spawn(program, ["--port", String(port), "--bind", "127.0.0.1", "--save", ""], { stdio: "ignore" });
    const missing = once(child, "error").then(() => true);
    if ((await Promise.race([missing, listens(port)])) === true) continue;
    const endWithUs = () => child.kill("SIGKILL");
    process.once("exit", endWithUs);
    return {
      url: `redis://127.0.0.1:${port}`,
      async stop() {
        child.kill("SIGKILL");
        await once(child, "exit");
      },
    };
  }
  process.stderr.write("no redis-server or valkey-server on the PATH: the line with Redis is left out\n");
  return undefined;
}

async function listens(port) {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await pause(20);
  }
}
