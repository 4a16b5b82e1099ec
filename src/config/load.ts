import { dirname } from "node:path";
import { inboxAccount, type ProviderOptions } from "../providers/registry.ts";
import { loadCatalog } from "../templates/load.ts";
import { type Files, machineFiles } from "../values/files.ts";
import type { Configuration, Mode } from "./configuration.ts";
import { type EnvironmentFindings, locateVariable, readEnvironment } from "./environment.ts";
import { overlayEnvironment } from "./overlay.ts";
import { parseValues } from "./parse.ts";
import type { Problem } from "./problems.ts";
import { findLiveMistakes, findMistakes, findWarnings, placeFindings } from "./rules.ts";
import type { FileValues } from "./schema.ts";
import type { Environment } from "./variables.ts";
import { type RawConfiguration, readYaml } from "./yaml-file.ts";

const DEFAULT_FILE = "gateway.yaml";

/** Two, so that failover can be seen. */
const DEV_PROVIDERS: Record<string, ProviderOptions> = { inbox: inboxAccount(), "inbox-backup": inboxAccount() };

/** Where a gateway listens, and the keys that it knows. */
export type Whereabouts = Pick<Configuration, "listen" | "ops" | "apiKeys" | "adminKeys">;

/** A configuration to run; `findings` only when there was no file. */
interface Complete {
  configuration: Configuration;
  warnings: Problem[];
  findings?: EnvironmentFindings;
}

/** Every reason why not; `whereabouts` as well as they can be known, since a gateway may run by what the file was before. */
interface Broken {
  problems: Problem[];
  whereabouts: Whereabouts;
}

/** A configuration to run, or every reason why not. */
export type Loaded = Complete | Broken;

/** The same while it is read: a file that is no YAML says nothing of where a gateway is. */
type Reading = Complete | (Pick<Broken, "problems"> & Partial<Broken>);

/** Reads the file that `GATEWAY_CONFIG` names (`gateway.yaml` when it exists), else the environment alone. */
export function loadConfiguration(environment: Environment, files: Files = machineFiles): Loaded {
  const reading = read(environment, files);
  if ("configuration" in reading) return reading;
  const { problems, whereabouts = guessWhereabouts(environment, files) } = reading;
  return { problems, whereabouts };
}

function read(environment: Environment, files: Files): Reading {
  const named = environment["GATEWAY_CONFIG"] || undefined;
  const file = named ?? (files.has(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  if (file === undefined) return loadFromEnvironment(environment, files);
  try {
    return loadFromFile(file, environment, files);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return {
      problems: [{ place: named ? "GATEWAY_CONFIG" : file, path: "", message: `${file} cannot be read (${code})` }],
    };
  }
}

function loadFromFile(file: string, environment: Environment, files: Files): Reading {
  const raw = readYaml(file, files.text(file), environment, files);
  if (raw.values === undefined) return { problems: raw.problems };
  const modeProblem = checkModeVariable(environment);
  if (modeProblem) return { problems: [...raw.problems, modeProblem] };
  const mode = environment["GATEWAY_MODE"];
  const values = { ...(raw.values as object), ...(mode && { mode }) };
  return finish({ ...raw, values }, environment, files, { source: file, directory: dirname(file) });
}

function loadFromEnvironment(environment: Environment, files: Files): Reading {
  const findings = readEnvironment(environment, files);
  const modeProblem = checkModeVariable(environment);
  const problems = [...findings.problems, ...(modeProblem ? [modeProblem] : [])];
  if (problems.length > 0) return { problems };
  const asked = (environment["GATEWAY_MODE"] || undefined) as Mode | undefined;
  const mode = asked ?? (findings.missing.length === 0 ? "live" : "dev");
  if (mode === "live" && findings.missing.length > 0) {
    return {
      problems: findings.missing.map((message) => ({
        place: "environment",
        path: "",
        message: `live mode needs ${message}`,
      })),
    };
  }
  if (mode === "dev" && !asked && environment["NODE_ENV"] === "production")
    return { problems: [lostConfiguration(findings)] };
  const loaded = finish(rawOf(findings, mode), environment, files, { source: "the environment", directory: "." });
  return "problems" in loaded ? loaded : { ...loaded, findings };
}

function rawOf({ values }: EnvironmentFindings, mode: Mode): RawConfiguration {
  return { values: { ...values, mode }, problems: [], unfilled: new Set(), locate: locateVariable };
}

/** What the variables say alone: most files take their keys from them. */
function guessWhereabouts(environment: Environment, files: Files): Whereabouts {
  const raw = rawOf(readEnvironment(environment, files), "live");
  const overlaid = overlayEnvironment(raw, environment, files);
  return whereaboutsOf(parseValues(overlaid.values, overlaid.locate).values);
}

function lostConfiguration({ missing }: EnvironmentFindings): Problem {
  const message = `there is no ${DEFAULT_FILE} and no complete configuration in the environment (missing: ${missing.join("; ")}); for dev mode in production say GATEWAY_MODE=dev`;
  return { place: "NODE_ENV=production", path: "", message };
}

function checkModeVariable(environment: Environment): Problem | undefined {
  const mode = environment["GATEWAY_MODE"];
  if (!mode || mode === "dev" || mode === "live") return undefined;
  return { place: "GATEWAY_MODE", path: "", message: "is dev or live" };
}

function finish(
  raw: RawConfiguration,
  environment: Environment,
  files: Files,
  origin: { source: string; directory: string },
): Reading {
  const overlaid = overlayEnvironment(raw, environment, files);
  const { values, problems, sound } = parseValues(overlaid.values, overlaid.locate);
  const mistakes = [...findMistakes(values), ...(values.mode === "live" ? findLiveMistakes(values) : [])];
  const texts = loadCatalog(values.templates, origin.directory, files);
  const all = [
    ...raw.problems,
    ...overlaid.problems,
    ...problems.filter(({ place }) => !raw.unfilled.has(place)),
    ...placeFindings(mistakes.filter(sound), overlaid.locate),
    ...texts.problems.map(({ place, problem }) => ({ place, path: "", message: problem })),
  ];
  if (all.length > 0) return { problems: all, whereabouts: whereaboutsOf(values) };
  const configuration = { ...complete(values), source: origin.source, catalog: texts.catalog };
  return { configuration, warnings: placeFindings(findWarnings(values), overlaid.locate) };
}

function complete(values: FileValues): Omit<Configuration, "source" | "catalog"> {
  const { mode, secret, inbox, providers, destinations, failover, store } = values;
  const { besideLive, token, ...listener } = inbox;
  const accounts = mode === "dev" && Object.keys(providers).length === 0 ? DEV_PROVIDERS : providers;
  return {
    mode,
    ...(secret && { secret }),
    ...whereaboutsOf(values),
    ...((mode === "dev" || besideLive) && {
      inbox: { ...listener, ...(token && { token }) },
    }),
    providers: accounts,
    routes: values.routes ?? [{ name: "default", chain: Object.keys(accounts) }],
    destinations,
    limits: values.limits,
    ...(values.spend && { spend: values.spend }),
    pumping: values.pumping,
    failover,
    ...(mode === "live" && store.type === "redis" && { redis: store }),
    drainDelayMs: mode === "dev" ? 0 : 5_000,
    logLevel: values.log.level,
  };
}

function whereaboutsOf({ mode, listen, ops, auth, admin }: FileValues): Whereabouts {
  const host = mode === "dev" ? "127.0.0.1" : "0.0.0.0";
  return {
    listen: { host, ...defined(listen) },
    ops: { host, ...defined(ops) },
    apiKeys: auth?.keys ?? [],
    adminKeys: admin?.keys ?? [],
  };
}

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}
