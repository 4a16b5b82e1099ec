import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

/** A program of its own process. */
export interface Program {
  pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Sends the signal (SIGTERM unless told) to this process alone and waits for its end; SIGKILL when that takes too long. */
  stop(signal?: NodeJS.Signals): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
}

/** How a program is started and when it counts as started. */
export interface ProgramOptions {
  command: string;
  args: string[];
  /** The whole environment; nothing is inherited. */
  env: Record<string, string>;
  cwd: string;
  /** The user and group it runs as, which only root can choose; ours when absent. */
  user?: { uid: number; gid: number };
  /** All of them must answer 200. */
  readyUrls: string[];
  readyWithinMs: number;
}

/** The user `nobody`, for programs that must not run as root; none when these tests do not run as root anyway. */
export const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

const POLL_MS = 50;
const KILL_AFTER_MS = 20_000;

/** Starts a program and waits until it is ready; rejects with its whole output when it is not in time or ends early. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { command, args, env, cwd, user } = options;
  const child = spawn(command, args, { env, cwd, ...user, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  let problem: string | undefined;
  child.on("error", (error) => (problem = error.message));
  const killAtExit = () => child.kill("SIGKILL"); // a test run that breaks off leaves nothing behind
  process.once("exit", killAtExit);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));

  const program: Program = {
    pid: child.pid ?? 0,
    output: () => output,
    stop: async (signal = "SIGTERM") => {
      const hasEnded = () => child.exitCode !== null || child.signalCode !== null || problem !== undefined;
      if (!hasEnded()) child.kill(signal);
      const kill = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
      await ended;
      clearTimeout(kill);
      process.removeListener("exit", killAtExit);
      return { exitCode: child.exitCode, signal: child.signalCode };
    },
  };

  const hasFailed = () => problem ?? (child.exitCode === null ? undefined : `it ended with ${child.exitCode}`);
  const failure = await untilReady(options, hasFailed);
  if (failure === undefined) return program;
  await program.stop("SIGKILL");
  throw new Error(`${command} ${args.join(" ")} did not start: ${failure}\n${output}`);
}

async function untilReady(options: ProgramOptions, hasFailed: () => string | undefined): Promise<string | undefined> {
  const deadline = performance.now() + options.readyWithinMs;
  while (performance.now() < deadline) {
    const failure = hasFailed();
    if (failure !== undefined) return failure;
    const answers = await Promise.all(options.readyUrls.map(isOk));
    if (answers.every(Boolean)) return;
    await pause(POLL_MS);
  }
  return `not ready within ${options.readyWithinMs} ms`;
}

async function isOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Looks again and again until there is something to see; rejects with `what` when the deadline passes. */
export async function poll<T>(what: string, withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await pause(POLL_MS);
  }
  throw new Error(`${what}: not within ${withinMs} ms`);
}
