import type { RunningApp } from "../app.ts";
import type { Configuration } from "../config/configuration.ts";
import { type Loaded, loadConfiguration } from "../config/load.ts";
import { printProblem } from "../config/problems.ts";
import type { Effects } from "../kept.ts";
import { createLogSink, type LogSink } from "../telemetry/log-sink.ts";
import { tuneEngine } from "../values/engine.ts";
import { watchEventLoop } from "../values/event-loop.ts";
import { recordFiles, type Stamps } from "../values/files.ts";
import { devBanner } from "./banner.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import { systemEffects } from "./effects.ts";
import { watchTriggers } from "./reload-triggers.ts";

const STDOUT = 1;
const FLUSH_MS = 500;
/** Who sends a second signal wants no wait. */
const LAST_FLUSH_MS = 50;

/** `serve`: the gateway itself, until a signal ends it. */
export const serve: Command = {
  usage: "",
  words: [0, 0],
  options: {},
  async run(_, terminal) {
    const { load, read } = createLoader(terminal);
    const loaded = load();
    if ("problems" in loaded) {
      for (const problem of loaded.problems) terminal.err(`error: ${printProblem(problem)}\n`);
      return EXIT.badConfiguration;
    }
    for (const warning of loaded.warnings) terminal.err(`warning: ${printProblem(warning)}\n`);
    const { configuration, findings } = loaded;
    const system = systemEffects(terminal.environment);
    const log = createLogSink(STDOUT, system.clock);
    // A crash ends here as well, and its last lines tell what it was.
    process.once("exit", log.end);
    const app = await start(configuration, { ...system, log, eventLoopDelay: watchEventLoop() }, load, terminal);
    if (!app) return EXIT.failed;
    const letEngineBe = tuneEngine(system.clock);
    if (configuration.mode === "dev") terminal.out(devBanner(app.urls, configuration, findings));
    // Node would end with an abort when it cannot restore a terminal that is gone.
    const hangUp = () =>
      void app
        .drain()
        .then(() => log.flush(FLUSH_MS))
        .then(endNow);
    const stopTriggers = watchTriggers({ reload: app.reload, read, clock: system.clock, hangUp });
    await drainOnSignal(app, log);
    stopTriggers();
    letEngineBe();
    if (!(await log.flush(FLUSH_MS))) endNow();
    return EXIT.done;
  },
};

/** Reads the configuration anew with each call, and says which files it was read from. */
function createLoader({ environment }: Terminal): { load(): Loaded; read(): Stamps } {
  let last: Stamps = new Map();
  return {
    load() {
      const { files, stamps } = recordFiles();
      last = stamps;
      return loadConfiguration(environment, files);
    },
    read: () => last,
  };
}

async function start(
  configuration: Configuration,
  effects: Effects,
  load: () => Loaded,
  { err }: Terminal,
): Promise<RunningApp | undefined> {
  // Only now: Node opens all files of a graph at once, and two smaller graphs leave room where descriptors are few.
  const { startApp } = await import("../app.ts");
  const { StartError } = await import("../compose-accounts.ts");
  try {
    return await startApp(configuration, effects, load);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    err(`error: ${error.message}\n`);
    return undefined;
  }
}

/** The first signal drains; a second one ends the process at once. */
function drainOnSignal(app: RunningApp, log: LogSink): Promise<void> {
  return new Promise((resolve, reject) => {
    const signals = ["SIGTERM", "SIGINT"] as const;
    const first = () => {
      const second = async () => ((await log.flush(LAST_FLUSH_MS)) ? process.exit(EXIT.failed) : endNow());
      for (const signal of signals) process.off(signal, first).on(signal, second);
      app.drain().then(resolve, reject);
    };
    for (const signal of signals) process.on(signal, first);
  });
}

/** At once: while a write to a blocked pipe is under way, Node would wait for it for ever before it exits. */
function endNow(): void {
  process.kill(process.pid, "SIGKILL");
}
