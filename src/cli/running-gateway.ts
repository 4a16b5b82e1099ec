import { reachableUrl } from "../config/configuration.ts";
import { loadConfiguration, type Whereabouts } from "../config/load.ts";
import type { Terminal } from "./command.ts";
import { programName } from "./program-name.ts";

/** A listener, and the keys that are for that place and for no other one. */
export interface Place {
  url: string;
  keys: readonly string[];
}

/**
 * Where the gateway is that runs by this configuration. A file that has gone wrong since says it as well as it can: the
 * gateway goes on by the last good one, and must be found in just that hour.
 */
export function findGateway({ environment, err }: Terminal): Whereabouts {
  const loaded = loadConfiguration(environment);
  if ("configuration" in loaded) return loaded.configuration;
  err(`note: the configuration cannot be used as it is now: ${programName(environment)} check\n`);
  return loaded.whereabouts;
}

/** Where Kratos posts. */
export function courierPlace({ listen, apiKeys }: Whereabouts): Place {
  return placeOf(listen, apiKeys);
}

/** Where operators ask. */
export function opsPlace({ ops, adminKeys }: Whereabouts): Place {
  return placeOf(ops, adminKeys);
}

function placeOf(listener: Whereabouts["ops"], keys: Whereabouts["adminKeys"]): Place {
  return { url: reachableUrl(listener), keys: keys.map(({ secret }) => secret.reveal()) };
}
