import { spawn } from "node:child_process";
import { once } from "node:events";

/** A terminal: one shell that keeps its variables from one command to the next. */
export interface Shell {
  /** Rejects with what was printed when the shell ends; it and all that it runs is ended when one command takes too long. */
  run(script: string): Promise<{ exitCode: number; output: string }>;
  close(): Promise<void>;
}

const END = "__end_of_command__";
const KILL_AFTER_MS = 60_000;

/** Opens a terminal in this folder; what is printed to either stream is its output. */
export function openShell(cwd: string, env: Record<string, string>, killAfterMs = KILL_AFTER_MS): Shell {
  const child = spawn("sh", [], { cwd, env, detached: true, stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.write("exec 2>&1\n");
  let heard = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
    child.emit("heard");
  });
  child.on("close", () => child.emit("heard"));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const killAll = () => {
    if (!hasEnded()) process.kill(-(child.pid as number), "SIGKILL");
  };
  process.once("exit", killAll); // a test run that breaks off leaves nothing running
  child.once("exit", () => process.removeListener("exit", killAll));
  const result = async () => {
    for (;;) {
      const [, output = "", exitCode] = new RegExp(`^([\\s\\S]*)${END}(\\d+)\\n$`).exec(heard) ?? [];
      if (exitCode !== undefined) return { exitCode: Number(exitCode), output };
      if (hasEnded()) throw new Error(`the shell ended (${child.signalCode ?? child.exitCode}):\n${heard}`);
      await once(child, "heard");
    }
  };
  return {
    async run(script) {
      heard = "";
      child.stdin.write(`${script}\necho "${END}$?"\n`);
      const kill = setTimeout(killAll, killAfterMs);
      return result().finally(() => clearTimeout(kill));
    },
    async close() {
      if (hasEnded()) return;
      const closed = once(child, "close");
      child.stdin.end();
      await closed;
    },
  };
}
