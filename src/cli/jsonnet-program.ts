import { spawnSync } from "node:child_process";
import type { Environment } from "../config/variables.ts";
import type { Evaluate, Evaluated } from "../kratos/doctor/check.ts";

const TIMEOUT_MS = 5_000;
const LONGEST_ERROR = 200;

/** Evaluates Jsonnet as Kratos itself would, else by `jsonnet`, whichever is on the PATH. */
export function jsonnetOnPath(environment: Environment): Evaluate {
  return (snippet, context) => {
    for (const attempt of [byKratos, byJsonnet]) {
      const evaluated = attempt(environment, snippet, JSON.stringify(context));
      if (evaluated) return evaluated;
    }
    return undefined;
  };
}

function byKratos(environment: Environment, snippet: string, context: string): Evaluated | undefined {
  const program = environment["KRATOS_BIN"] || "kratos";
  // What Kratos hands to its own worker, a hidden command of the same program.
  const input = JSON.stringify({ Snippet: snippet, TLACodes: [{ Key: "ctx", Value: context }] });
  return answerOf("kratos jsonnet", environment, [program, "jsonnet"], input);
}

function byJsonnet(environment: Environment, snippet: string, context: string): Evaluated | undefined {
  return answerOf("jsonnet", environment, ["jsonnet", "--tla-code", `ctx=${context}`, "-"], snippet);
}

function answerOf(
  by: string,
  { PATH = "" }: Environment,
  [program = "", ...args]: string[],
  input: string,
): Evaluated | undefined {
  const limits = { timeout: TIMEOUT_MS, maxBuffer: 1_048_576 };
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    input,
    encoding: "utf8",
    env: { PATH },
    ...limits,
  });
  if (error && "code" in error && error.code === "ENOENT") return undefined;
  if (!error && status === 0) return { by, output: stdout };
  const reason = error
    ? "it takes too long"
    : (stderr.split("\n").find((line) => /error/i.test(line)) ?? "no reason given");
  return { by, error: reason.trim().slice(0, LONGEST_ERROR) };
}
