import { destination } from "pino";
import { type RunningApp, startApp } from "../app.ts";
import { type Effects, StartError } from "../compose.ts";
import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { printProblem } from "../config/problems.ts";
import { devBanner } from "./banner.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import { systemEffects } from "./effects.ts";

/** `serve`: the gateway itself, until a signal ends it. */
export const serve: Command = {
  usage: "",
  words: [0, 0],
  options: {},
  async run(_, terminal) {
    const loaded = loadConfiguration(terminal.environment);
    if ("problems" in loaded) {
      for (const problem of loaded.problems) terminal.err(`error: ${printProblem(problem)}\n`);
      return EXIT.badConfiguration;
    }
    for (const warning of loaded.warnings) terminal.err(`warning: ${printProblem(warning)}\n`);
    const log = destination(1);
    const app = await start(loaded.configuration, { ...systemEffects(terminal.environment), log }, terminal);
    if (!app) return EXIT.failed;
    if (loaded.configuration.mode === "dev") terminal.out(devBanner(app.urls, loaded.configuration, loaded.findings));
    else
      terminal.out(
        `${JSON.stringify({ level: "info", msg: "live: listening", source: loaded.configuration.source, ...app.urls })}\n`,
      );
    await drainOnSignal(app);
    return EXIT.done;
  },
};

async function start(
  configuration: Configuration,
  effects: Effects,
  { err }: Terminal,
): Promise<RunningApp | undefined> {
  try {
    return await startApp(configuration, effects);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    err(`error: ${error.message}\n`);
    return undefined;
  }
}

/** The first signal drains; a second one ends the process at once. */
function drainOnSignal(app: RunningApp): Promise<void> {
  return new Promise((resolve, reject) => {
    const signals = ["SIGTERM", "SIGINT"] as const;
    const first = () => {
      for (const signal of signals) process.off(signal, first).on(signal, () => process.exit(EXIT.failed));
      app.drain().then(resolve, reject);
    };
    for (const signal of signals) process.on(signal, first);
  });
}
