import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePorts } from "./free-ports.ts";
import { isOnPath } from "./on-path.ts";
import { poll } from "./program.ts";

/** A Redis or Valkey of its own for one test file. */
export interface RedisServer {
  url: string;
  port: number;
  /** Where a node of a cluster listens for the others. */
  busPort: number;
  /** Sends a signal to this server alone: SIGSTOP makes it hang, SIGCONT go on. */
  signal(name: NodeJS.Signals): void;
  /** Ends it at once and waits for that; what it held is gone. */
  kill(): Promise<void>;
  /** Starts an empty one on the same port. */
  restart(): Promise<void>;
}

const READY_WITHIN_MS = 10_000;

/** The server that `REDIS_URL` names, else one of this machine's own on a free port; `stop` undoes what was started. */
export async function sharedRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env["REDIS_URL"];
  if (url) return { url, stop: async () => {} };
  const server = await startRedisServer();
  return { url: server.url, stop: server.kill };
}

/** Starts a server that keeps nothing on disk; `args` as on its command line, `program` where one of the two is meant. */
export async function startRedisServer(args: string[] = [], program = anyServer()): Promise<RedisServer> {
  const [port = 0, busPort = 0] = await freePorts(2);
  const url = `redis://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "redis-")); // a replica writes there what it copies, a cluster's node what it knows
  const start = async () => {
    mkdirSync(folder, { recursive: true });
    const bus = args.includes("--cluster-enabled") ? ["--cluster-port", String(busPort)] : [];
    const place = ["--port", String(port), ...bus, "--bind", "127.0.0.1"];
    const onDisk = args.includes("--sentinel") ? [] : ["--dir", folder, "--save", "", "--appendonly", "no"];
    const child = spawn(program, [...args, ...place, ...onDisk], { stdio: "ignore" });
    const killAtExit = () => child.kill("SIGKILL"); // a test run that breaks off leaves nothing running
    process.once("exit", killAtExit);
    child.once("exit", () => process.removeListener("exit", killAtExit));
    await untilReady(url, child).catch(async (error) => {
      await end(child);
      throw error;
    });
    return child;
  };
  let child = await start();
  const kill = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    url,
    port,
    busPort,
    signal: (name) => void child.kill(name),
    kill,
    async restart() {
      await kill();
      child = await start();
    },
  };
}

function anyServer(): string {
  const program = ["redis-server", "valkey-server"].find(isOnPath);
  if (!program) throw new Error("the tests need redis-server or valkey-server on the PATH, or REDIS_URL");
  return program;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  await poll("a Redis server", READY_WITHIN_MS, async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    client.on("error", () => {});
    const answer = await client.ping().catch(() => undefined);
    client.disconnect();
    return answer;
  });
}
