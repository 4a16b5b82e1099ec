import { type Environment, overrideFrom, type Path, split, variableOf } from "./environment.ts";
import { type KratosFile, nearest, readKratosFile, type SourceFile, type Unreadable } from "./kratos-file.ts";

/** A Kratos configuration as Kratos itself sees it: its files, each over the one before, and over all the environment. */
export interface KratosConfiguration {
  /** The value at a path such as `courier.channels.0.type`; undefined where there is none. */
  get(path: string): unknown;
  /** Where it is said, or where it would have to be. */
  place(path: string): string;
}

/**
 * Reads what `kratos serve -c … -c …` would: maps are merged key by key, a later list replaces an earlier one, and null
 * takes a value away. Kratos takes each key from the environment, too: upper-cased, joined by `_`, lists and maps as JSON,
 * single elements of a list by their number.
 *
 * @see https://www.ory.com/docs/kratos/configuring
 */
export function readKratosConfiguration(
  sources: readonly SourceFile[],
  environment: Environment,
): KratosConfiguration | Unreadable {
  const files: KratosFile[] = [];
  for (const source of sources) {
    const file = readKratosFile(source);
    if ("says" in file) return file;
    files.push(file);
  }
  const values = files.reduce((merged: unknown, file) => merge(merged, file.values), {}) as Record<string, unknown>;
  const overrides = overrideFrom(values, environment);
  return {
    get: (path) => valueAt(values, split(path)) ?? undefined,
    place: (path) => {
      const variable = nearest(split(path))
        .map(variableOf)
        .find((name) => overrides.has(name));
      return variable ?? placeIn(files, split(path));
    },
  };
}

function merge(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above;
  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) merged[key] = merge(below[key], value);
  return merged;
}

/** The last file that has most of a path; none before one that replaces a list on the way. */
function placeIn(files: readonly KratosFile[], path: Path): string {
  const last = files.findLastIndex((file) => file.replaces(path));
  const speaking = last < 0 ? files : files.slice(last);
  const deepest = Math.max(...speaking.map((file) => file.depthOf(path)));
  return speaking.findLast((file) => file.depthOf(path) === deepest)?.place(path) ?? "";
}

/** The list that a configuration has at a path. */
export function listAt(configuration: KratosConfiguration, path: string): unknown[] {
  const value = configuration.get(path);
  return Array.isArray(value) ? value : [];
}

/** The text that a configuration has at a path. */
export function textAt(configuration: KratosConfiguration, path: string): string | undefined {
  const value = configuration.get(path);
  return typeof value === "string" ? value : undefined;
}

/** The names of the keys that a configuration has at a path. */
export function keysAt(configuration: KratosConfiguration, path: string): string[] {
  const value = configuration.get(path);
  return isObject(value) ? Object.keys(value) : [];
}

function valueAt(values: unknown, path: Path): unknown {
  return path.reduce(
    (value: unknown, step) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    values,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
