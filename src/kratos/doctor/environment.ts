/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Keys as Kratos joins them; a number is a place in a list. */
export type Path = readonly (string | number)[];

const CODE = "selfservice.methods.code";
const FLOWS = ["recovery", "verification"].map((flow) => `selfservice.flows.${flow}`);
const CHANNELS = [0, 1].map((place) => `courier.channels.${place}`);
const AUTH = ["type", "config.name", "config.value", "config.in", "config.user", "config.password"];

/** The keys that anything here reads and that are text whatever they look like. */
const TEXTS: readonly string[] = [
  ...["version", "dsn", "identity.default_schema_id", "courier.worker.pull_wait", `${CODE}.config.lifespan`],
  ...FLOWS.map((flow) => `${flow}.use`),
  ...CHANNELS.flatMap((channel) => [
    ...["id", "type", ...["url", "method", "body"].map((key) => `request_config.${key}`)].map(
      (key) => `${channel}.${key}`,
    ),
    ...AUTH.map((key) => `${channel}.request_config.auth.${key}`),
  ]),
];

/** The others that anything here reads: whatever else the environment says is none of ours. */
const VALUES: readonly string[] = [
  ...["dev", "log.leak_sensitive_values", "secrets.cookie", "secrets.cipher", "identity.schemas"],
  ...["passwordless_enabled", "mfa_enabled", "enabled"].map((key) => `${CODE}.${key}`),
  ...FLOWS.map((flow) => `${flow}.enabled`),
  ...["choose_recovery_address", "use_continue_with_transitions"].map((flag) => `feature_flags.${flag}`),
  ...["clients.http.disallow_private_ip_ranges", "clients.http.private_ip_exception_urls"],
  ...["clients.web_hook.header_allowlist", "courier.templates", "courier.message_retries", "courier.channels"],
  ...CHANNELS.map((channel) => `${channel}.request_config.headers`),
];

/** Writes what the environment says over the values; answers the variables that said something. */
export function overrideFrom(values: Record<string, unknown>, environment: Environment): ReadonlySet<string> {
  const found = new Set<string>();
  // Those that hold others come first: a single element wins over the list that it belongs to.
  for (const key of [...VALUES, ...TEXTS]) {
    const name = variableOf(split(key));
    const text = environment[name];
    if (text === undefined || text === "") continue;
    found.add(name);
    write(values, split(key), TEXTS.includes(key) ? text : parsed(text));
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
