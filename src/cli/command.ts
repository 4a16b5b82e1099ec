import type { Environment } from "../config/variables.ts";

/** Exit codes that scripts rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, timeout: 3, badConfiguration: 78 } as const;

/** What a command may touch. */
export interface Terminal {
  environment: Environment;
  out(text: string): void;
  err(text: string): void;
  /** Aborts when nobody reads what is printed any more. */
  unread?: AbortSignal;
}

/** Words and flags of one call. */
export interface Arguments {
  positionals: string[];
  values: Record<string, string | boolean | undefined>;
}

/** A flag: whether a value follows it, and what it is for in one sentence. */
export interface Flag {
  type: "string" | "boolean";
  says: string;
}

/** One command of the CLI. */
export interface Command {
  /** What follows the command's name, such as `<number> [--template T]`. */
  usage: string;
  /** How many words it takes at least and at most. */
  words: [least: number, most: number];
  options: Readonly<Record<string, Flag>>;
  /** Answers with the exit code. */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}
