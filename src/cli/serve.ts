import { type DestinationStream, destination } from "pino";
import { type RunningApp, startApp } from "../app.ts";
import { type Effects, StartError } from "../compose.ts";
import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { printProblem } from "../config/problems.ts";
import type { Environment } from "../config/variables.ts";
import { systemClock } from "../values/clock.ts";
import { systemRandom } from "../values/random.ts";
import { devBanner } from "./banner.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";

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
    const app = await start(loaded.configuration, systemEffects(terminal.environment, log), terminal);
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

function systemEffects(environment: Environment, log: DestinationStream): Effects {
  const proxyUrl = environment["HTTPS_PROXY"] ?? environment["https_proxy"];
  const noProxy = environment["NO_PROXY"] ?? environment["no_proxy"];
  return {
    clock: systemClock,
    random: systemRandom,
    log,
    proxy: { ...(proxyUrl && { proxyUrl }), ...(noProxy && { noProxy }) },
  };
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
