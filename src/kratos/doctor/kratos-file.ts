import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Path } from "./environment.ts";

/** One file as it was given. */
export interface SourceFile {
  /** As it is shown in places. */
  name: string;
  text: string;
}

/** Why a file cannot be read as a configuration. */
export interface Unreadable {
  place: string;
  says: string;
}

/** One file of a Kratos configuration. */
export interface KratosFile {
  values: Record<string, unknown>;
  /** How many steps of a path it has. */
  depthOf(path: Path): number;
  /** The place of the deepest step of a path that it has, such as `kratos.yml:12:5`. */
  place(path: Path): string;
  /** It has a list on the way along a path, which replaces such a list of the files before it. */
  replaces(path: Path): boolean;
}

/** Reads YAML or JSON. */
export function readKratosFile({ name, text }: SourceFile): KratosFile | Unreadable {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error) return { place: at(error.pos[0]), says: `this is not YAML: ${error.message}` };
  if (!isMap(document.contents)) return { place: at(0), says: "this is no configuration: it has no keys" };
  const values = valuesOf(document);
  if (!values) return { place: at(0), says: "an alias (*name) has no anchor (&name) before it" };
  return {
    values,
    depthOf: (path) => nearest(path).find((part) => nodeAt(document, part))?.length ?? 0,
    place: (path) =>
      at(
        nearest(path)
          .map((part) => nodeAt(document, part))
          .find(isNode)?.range?.[0] ?? 0,
      ),
    replaces: (path) => nearest(path).some((part) => isSeq(document.getIn(part, true))),
  };
}

/** The library throws at an alias that leads nowhere. */
function valuesOf(document: Document): Record<string, unknown> | undefined {
  try {
    return document.toJS() as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** The path and those above it, the path first. */
export function nearest(path: Path): Path[] {
  return path.map((_, index) => path.slice(0, path.length - index));
}

/** The key, or the element of a list, that a path names. */
function nodeAt(document: Document, path: Path): Node | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
  const node = pair ? pair.key : document.getIn(path, true);
  return isNode(node) ? node : undefined;
}
