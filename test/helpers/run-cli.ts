import { run } from "../../src/cli/run.ts";
import type { Environment } from "../../src/config/variables.ts";

/** A command that runs, with what it has printed so far. */
export interface RunningCommand {
  /** The exit code. */
  ended: Promise<number>;
  printed: { out: string; err: string };
  /** Nobody reads any more what it prints. */
  leave(): void;
}

/** Runs one command line in this process, and does not wait for its end. */
export function startCli(argv: string[], environment: Environment): RunningCommand {
  const printed = { out: "", err: "" };
  const unread = new AbortController();
  const ended = run(argv, {
    environment,
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
    unread: unread.signal,
  });
  return { ended, printed, leave: () => unread.abort() };
}

/** Runs one command line in this process to its end. */
export async function runCli(argv: string[], environment: Environment) {
  const { ended, printed } = startCli(argv, environment);
  return { code: await ended, ...printed };
}
