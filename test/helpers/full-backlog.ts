import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** A port that leaves every further connection without an answer, as a host behind a dropping firewall does. */
export interface FullBacklog {
  origin: string;
  close(): Promise<void>;
}

/** Listens in a thread that then sleeps for ever, and fills the queue of connections that wait to be accepted. */
export async function startFullBacklog(): Promise<FullBacklog> {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
     const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  const fillers: Socket[] = [];
  for (let unanswered = false; !unanswered; ) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    fillers.push(socket);
    const connected = new Promise<boolean>((resolve) => socket.once("connect", () => resolve(true)));
    unanswered = !(await Promise.race([connected, pause(150, false)]));
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of fillers) socket.destroy();
      await worker.terminate();
    },
  };
}
