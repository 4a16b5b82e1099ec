import type { Problem } from "./problems.ts";
import { type Environment, readVariable } from "./variables.ts";

/** Variables that set one key each, whatever a file says. */
const OVERLAYS: Record<string, [section: string, key: string]> = {
  HOST: ["listen", "host"],
  PORT: ["listen", "port"],
  OPS_HOST: ["ops", "host"],
  OPS_PORT: ["ops", "port"],
  INBOX_HOST: ["inbox", "host"],
  INBOX_PORT: ["inbox", "port"],
  INBOX_TOKEN: ["inbox", "token"],
  INBOX_ALLOWED_HOSTS: ["inbox", "allowedHosts"],
};

/** The values with the listeners' variables laid over them. */
export function overlayEnvironment(
  values: unknown,
  environment: Environment,
): { values: Record<string, unknown>; problems: Problem[] } {
  const overlaid: Record<string, unknown> = { ...(values as Record<string, unknown>) };
  const problems: Problem[] = [];
  for (const [name, [section, key]] of Object.entries(OVERLAYS)) {
    const variable = readVariable(environment, name);
    if (!variable) continue;
    if ("problem" in variable) {
      problems.push({ place: name, path: "", message: variable.problem });
      continue;
    }
    const value = key === "allowedHosts" ? variable.value.split(",").map((host) => host.trim()) : variable.value;
    overlaid[section] = { ...(overlaid[section] as object | undefined), [key]: value };
  }
  return { values: overlaid, problems };
}
