import { loadConfiguration } from "../config/load.ts";
import { type Problem, printProblem } from "../config/problems.ts";
import { type Command, EXIT } from "./command.ts";

/** `check`: every problem of the configuration at once. */
export const check: Command = {
  usage: "",
  words: [0, 0],
  options: {},
  async run(_, { environment, out, err }) {
    const loaded = loadConfiguration(environment);
    const print = (severity: string, problems: Problem[]) => {
      for (const problem of problems) err(`${severity}: ${printProblem(problem)}\n`);
    };
    if ("problems" in loaded) {
      print("error", loaded.problems);
      return EXIT.badConfiguration;
    }
    print("warning", loaded.warnings);
    const { source, mode, providers, routes } = loaded.configuration;
    const missing = mode === "dev" ? (loaded.findings?.missing ?? []) : [];
    for (const need of missing) err(`for live mode this is missing: ${need}\n`);
    out(`${source}: ${mode} mode, ${Object.keys(providers).length} providers, ${routes.length} routes; no errors\n`);
    return EXIT.done;
  },
};
