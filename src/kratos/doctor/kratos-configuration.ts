import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { type Environment, overrideFrom, type Path, split, variableOf } from "./environment.ts";

/** A Kratos configuration as Kratos itself sees it: the file, and over it the environment. */
export interface KratosConfiguration {
  /** The value at a path such as `courier.channels.0.type`; undefined where there is none. */
  get(path: string): unknown;
  /** Where it is said, or where it would have to be. */
  place(path: string): string;
}

/** Why a file cannot be read as a configuration. */
export interface Unreadable {
  place: string;
  says: string;
}

/**
 * Reads YAML or JSON. Kratos takes each key from the environment, too: upper-cased, joined by `_`, lists and maps as
 * JSON, single elements of a list by their number.
 *
 * @see https://www.ory.com/docs/kratos/configuring
 */
export function readKratosConfiguration(
  file: string,
  source: string,
  environment: Environment,
): KratosConfiguration | Unreadable {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error) return { place: at(error.pos[0]), says: `this is not YAML: ${error.message}` };
  if (!isMap(document.contents)) return { place: at(0), says: "this is no configuration: it has no keys" };
  const values = document.toJS() as Record<string, unknown>;
  const overrides = overrideFrom(values, environment);
  return {
    get: (path) => valueAt(values, split(path)),
    place: (path) => {
      const variable = nearest(split(path))
        .map(variableOf)
        .find((name) => overrides.has(name));
      return variable ?? at(offsetOf(document, split(path)));
    },
  };
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

/** The path and those above it, the path first. */
function nearest(path: Path): Path[] {
  return path.map((_, index) => path.slice(0, path.length - index));
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

function offsetOf(document: Document, path: Path): number {
  for (const part of nearest(path)) {
    const parent = part.length === 1 ? document.contents : document.getIn(part.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === part.at(-1)) : undefined;
    const node = pair ? pair.key : document.getIn(part, true);
    if (isNode(node)) return (node as Node).range?.[0] ?? 0;
  }
  return 0;
}
