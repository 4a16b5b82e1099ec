import type { Files } from "../values/files.ts";
import type { Problem } from "./problems.ts";
import { type Environment, readVariable } from "./variables.ts";
import type { Locate, RawConfiguration } from "./yaml-file.ts";

/** Variables that set one key each, whatever a file says. */
export const OVERLAYS: Record<string, [section: string, key: string]> = {
  HOST: ["listen", "host"],
  PORT: ["listen", "port"],
  OPS_HOST: ["ops", "host"],
  OPS_PORT: ["ops", "port"],
  INBOX_HOST: ["inbox", "host"],
  INBOX_PORT: ["inbox", "port"],
  INBOX_TOKEN: ["inbox", "token"],
  INBOX_ALLOWED_HOSTS: ["inbox", "allowedHosts"],
};

/** Values with the listeners' variables laid over them. */
export interface Overlaid {
  values: Record<string, unknown>;
  problems: Problem[];
  /** Says of a key that a variable set the variable's name, of others what the file says. */
  locate: Locate;
}

/** Lays the listeners' variables over the values of a file. */
export function overlayEnvironment(
  { values, locate }: RawConfiguration,
  environment: Environment,
  files: Files,
): Overlaid {
  const variables = new Map<string, string>();
  const overlaid: Record<string, unknown> = { ...(values as Record<string, unknown>) };
  const problems: Problem[] = [];
  for (const [name, [section, key]] of Object.entries(OVERLAYS)) {
    const variable = readVariable(environment, name, files);
    if (!variable) continue;
    if ("problem" in variable) {
      problems.push({ place: name, path: "", message: variable.problem });
      continue;
    }
    const value = key === "allowedHosts" ? splitList(variable.value) : variable.value;
    variables.set(`${section}.${key}`, name);
    overlaid[section] = { ...(overlaid[section] as object | undefined), [key]: value };
  }
  return {
    values: overlaid,
    problems,
    locate: (path) => variables.get(path.slice(0, 2).join(".")) ?? locate(path),
  };
}

/** The parts of a list that a variable holds, such as `DE, US`. */
export function splitList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}
