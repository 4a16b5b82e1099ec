import { onTestFinished } from "vitest";
import { type RunningApp, startApp } from "../../src/app.ts";
import { systemClock } from "../../src/values/clock.ts";
import { systemRandom } from "../../src/values/random.ts";
import { configure, loadYaml } from "./configure.ts";

/** All three listeners on free ports of this machine, for the top of a configuration file. */
export const FREE_LISTENERS =
  "listen: { host: 127.0.0.1, port: 0 }\nops: { host: 127.0.0.1, port: 0 }\ninbox: { port: 0 }\n";

/** A gateway in this process, with what it has logged so far. */
export type TestApp = RunningApp & {
  log: () => string;
  /** Changes the file; `reload` takes it. */
  rewrite(yaml: string): void;
};

/** Starts a gateway from the text of a configuration file; it ends with the test. */
export async function startFromYaml(yaml: string, drainDelayMs = 0): Promise<TestApp> {
  let log = "";
  const write = (line: string) => {
    log += line;
  };
  const effects = {
    clock: systemClock,
    random: systemRandom,
    log: { write, dropped: () => 0 },
    eventLoopDelay: () => new Map([[0.99, 0]]),
    proxy: {},
  };
  let file = yaml;
  const app = await startApp({ ...configure(yaml), drainDelayMs }, effects, () => loadYaml(file));
  const rewrite = (next: string) => {
    file = next;
  };
  let ended: Promise<void> | undefined;
  const drain = () => {
    ended ??= app.drain();
    return ended;
  };
  onTestFinished(drain);
  return { ...app, drain, rewrite, log: () => log };
}
