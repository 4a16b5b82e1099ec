import { type Files, machineFiles } from "../values/files.ts";

/** Environment variables as this process was given them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's value, or a sentence why there is none that could be used; undefined when it is not set at all. */
export type Variable = { value: string } | { problem: string } | undefined;

/** Reads `NAME`, or the file that `NAME_FILE` names; an empty variable counts as not set. */
export function readVariable(environment: Environment, name: string, files: Files = machineFiles): Variable {
  const value = environment[name];
  const file = environment[`${name}_FILE`];
  if (value && file) return { problem: `both ${name} and ${name}_FILE are set; keep one` };
  if (value) return { value };
  return file ? readSecretFile(file, `${name}_FILE`, files) : undefined;
}

/** Reads a secret from a file, less its last line break; `setting` is what named the file. */
export function readSecretFile(path: string, setting: string, files: Files): { value: string } | { problem: string } {
  try {
    const value = files.text(path).replace(/\r?\n$/, "");
    return value === "" ? { problem: `${path}, which ${setting} names, is empty` } : { value };
  } catch (error) {
    return { problem: `${path}, which ${setting} names, cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Replaces `${NAME}` and `${NAME:-default}`; answers with a sentence for each variable that is missing. */
export function interpolate(
  text: string,
  environment: Environment,
  files: Files = machineFiles,
): { value: string; problems: string[] } {
  const problems: string[] = [];
  const value = text.replace(REFERENCE, (_, name: string, fallback?: string) => {
    const variable = readVariable(environment, name, files);
    if (variable && "value" in variable) return variable.value;
    if (variable) problems.push(variable.problem);
    else if (fallback === undefined)
      problems.push(`\${${name}} is not set; set ${name} or ${name}_FILE, or write \${${name}:-default}`);
    return fallback ?? "";
  });
  return { value, problems };
}
