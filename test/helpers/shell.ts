import { spawn } from "node:child_process";
import { once } from "node:events";

/** A terminal: one shell that keeps its variables from one command to the next. */
export interface Shell {
  run(script: string): Promise<{ exitCode: number; output: string }>;
  close(): Promise<void>;
}

const END = "__end_of_command__";

/** Opens a terminal in this folder; what is printed to either stream is its output. */
export function openShell(cwd: string, env: Record<string, string>): Shell {
  const child = spawn("sh", [], { cwd, env, stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.write("exec 2>&1\n");
  let heard = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
    child.emit("heard");
  });
  child.on("close", () => child.emit("heard"));
  return {
    async run(script) {
      heard = "";
      child.stdin.write(`${script}\necho "${END}$?"\n`);
      for (;;) {
        const [, output = "", exitCode] = new RegExp(`^([\\s\\S]*)${END}(\\d+)\\n$`).exec(heard) ?? [];
        if (exitCode !== undefined) return { exitCode: Number(exitCode), output };
        if (child.exitCode !== null) throw new Error(`the shell ended:\n${heard}`);
        await once(child, "heard");
      }
    },
    async close() {
      if (child.exitCode !== null) return;
      const closed = once(child, "close");
      child.stdin.end();
      await closed;
    },
  };
}
