import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { printProblem } from "../config/problems.ts";
import type { Terminal } from "./command.ts";

/** The configuration, or undefined after every problem was printed. */
export function readConfiguration({ environment, err }: Terminal): Configuration | undefined {
  const loaded = loadConfiguration(environment);
  if ("configuration" in loaded) return loaded.configuration;
  for (const problem of loaded.problems) err(`${printProblem(problem)}\n`);
  return undefined;
}
