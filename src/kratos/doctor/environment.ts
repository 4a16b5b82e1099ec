/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Keys as Kratos joins them; a number is a place in a list. */
export type Path = readonly (string | number)[];

const REQUEST = ["url", "method", "body", "headers", "auth.type", "auth.config.name", "auth.config.value"];
const CHANNEL = ["id", "type", ...[...REQUEST, "auth.config.in"].map((key) => `request_config.${key}`)];

/** The keys that anything here reads, parents first: whatever else the environment says is none of ours. */
const KEYS: readonly string[] = [
  ...["version", "dsn", "dev", "log.leak_sensitive_values", "secrets.cookie", "secrets.cipher"],
  ...["identity.default_schema_id", "identity.schemas"],
  ...["passwordless_enabled", "mfa_enabled", "enabled", "config.lifespan"].map(
    (key) => `selfservice.methods.code.${key}`,
  ),
  ...["recovery", "verification"].flatMap((flow) =>
    ["enabled", "use"].map((key) => `selfservice.flows.${flow}.${key}`),
  ),
  ...["choose_recovery_address", "use_continue_with_transitions"].map((flag) => `feature_flags.${flag}`),
  ...["clients.http.disallow_private_ip_ranges", "clients.http.private_ip_exception_urls"],
  ...["clients.web_hook.header_allowlist", "courier.templates", "courier.message_retries", "courier.worker.pull_wait"],
  "courier.channels",
  ...[0, 1].flatMap((place) => CHANNEL.map((key) => `courier.channels.${place}.${key}`)),
];

/** Writes what the environment says over the values; answers the variables that said something. */
export function overrideFrom(values: Record<string, unknown>, environment: Environment): ReadonlySet<string> {
  const found = new Set<string>();
  for (const key of KEYS) {
    const name = variableOf(split(key));
    const text = environment[name];
    if (text === undefined || text === "") continue;
    found.add(name);
    write(values, split(key), parsed(text));
  }
  return found;
}

function parsed(text: string): unknown {
  if (!/^(true|false|-?\d+|[[{].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function write(values: unknown, [first, ...rest]: Path, value: unknown): void {
  if (first === undefined || typeof values !== "object" || values === null) return;
  const parent = values as Record<string | number, unknown>;
  if (rest.length === 0) {
    parent[first] = value;
    return;
  }
  const child = parent[first];
  if (typeof child !== "object" || child === null) parent[first] = typeof rest[0] === "number" ? [] : {};
  write(parent[first], rest, value);
}

/** A path in the notation with dots, as steps. */
export function split(path: string): Path {
  return path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** The environment variable that Kratos reads in place of a key. */
export function variableOf(path: Path): string {
  return path.join("_").toUpperCase().replaceAll("-", "_");
}
