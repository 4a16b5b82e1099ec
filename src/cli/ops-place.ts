import { type Configuration, reachableUrl } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { type Environment, readVariable } from "../config/variables.ts";
import type { AdminPlace } from "./admin.ts";
import type { Terminal } from "./command.ts";
import { programName } from "./program-name.ts";

const DEFAULT_PORT = 8081;

/**
 * Where the gateway is that runs by this configuration, and which keys it may know. A file that has gone wrong since says
 * it as well as it can: the gateway goes on by the last good one, and must be found in just that hour.
 */
export function findOps({ environment, err }: Terminal): AdminPlace {
  const loaded = loadConfiguration(environment);
  if ("configuration" in loaded) return placeOf(loaded.configuration);
  err(`note: the configuration cannot be used as it is now: ${programName(environment)} check\n`);
  return placeOf(loaded.place ?? guess(environment));
}

/** The admin API that a configuration describes. */
export function placeOf({ ops, adminKeys }: Pick<Configuration, "ops" | "adminKeys">): AdminPlace {
  return { url: reachableUrl(ops), keys: adminKeys.map(({ secret }) => secret.reveal()) };
}

function guess(environment: Environment): Pick<Configuration, "ops" | "adminKeys"> {
  const variable = readVariable(environment, "OPS_PORT");
  const port = Number(variable && "value" in variable ? variable.value : DEFAULT_PORT) || DEFAULT_PORT;
  return { ops: { host: "127.0.0.1", port }, adminKeys: [] };
}
