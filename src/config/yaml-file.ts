import { basename, dirname, resolve } from "node:path";
import {
  type Document,
  type ErrorCode,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from "yaml";
import type { Files } from "../values/files.ts";
import type { Problem } from "./problems.ts";
import { type Environment, interpolate, readSecretFile } from "./variables.ts";

/** Where a value came from, for a problem's place. */
export type Locate = (path: readonly PropertyKey[]) => string;

/** A file's values before any schema has seen them. */
export interface RawConfiguration {
  /** Undefined when the file could not be read as YAML. */
  values: unknown;
  problems: Problem[];
  /** Places of keys whose variable is missing: what the schema says of them is no news. */
  unfilled: ReadonlySet<string>;
  locate: Locate;
}

/** Keys whose value may stand in a file of its own, which the same key with `File` at its end names. */
export const SECRET_KEYS = [
  "password",
  "url",
  "secret",
  "authToken",
  "apiKeySecret",
  "accessKeyId",
  "secretAccessKey",
  "token",
  "ca",
];

/** Reads YAML, fills in the environment's variables and the secrets that stand in files of their own. */
export function readYaml(file: string, source: string, environment: Environment, files: Files): RawConfiguration {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${basename(file)}:${line}:${col}`;
  };
  const locate: Locate = (path) => place(offsetOf(document, path));
  const unread = (problems: Problem[]) => ({ values: undefined, problems, unfilled: new Set<string>(), locate });
  const syntax = document.errors.map(({ pos, code, message }) => ({
    place: place(pos[0]),
    path: "",
    message: SYNTAX_ERRORS[code] ?? message,
  }));
  if (syntax.length > 0) return unread(syntax);
  const filled = fillVariables(document, environment, files, place);
  const problems = [...filled.problems, ...fillSecretFiles(document, dirname(file), files, place)];
  try {
    return { values: document.toJS() ?? {}, problems, unfilled: filled.places, locate };
  } catch {
    // The library's message repeats the alias, which may be an unquoted secret that begins with *.
    const message = "an alias (*name) has no anchor (&name) before it; quote the value when it is text";
    return unread([{ place: basename(file), path: "", message }]);
  }
}

const SYNTAX_ERRORS: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: "a tab indents this line; YAML takes spaces",
  BAD_INDENT: "this line is not indented like its neighbours",
  DUPLICATE_KEY: "this key stands in the same map already",
};

/** Replaces variables in place; `places` are those of the keys whose variable is missing. */
function fillVariables(document: Document, environment: Environment, files: Files, place: (offset: number) => string) {
  const problems: Problem[] = [];
  const places = new Set<string>();
  visit(document, {
    Scalar(key, node: Scalar, ancestors) {
      if (key === "key") return;
      if (typeof node.value === "number" && node.source?.startsWith("+")) node.value = node.source;
      if (typeof node.value !== "string" || !node.value.includes("${")) return;
      const filled = interpolate(node.value, environment, files);
      problems.push(...filled.problems.map((message) => ({ place: place(nodeOffset(node)), path: "", message })));
      if (filled.problems.length > 0) places.add(place(nodeOffset(ancestors.at(-1)))).add(place(nodeOffset(node)));
      node.value = filled.value;
    },
  });
  return { problems, places };
}

/** A path is sought from the folder of the file that says it, as that of the texts is. */
function fillSecretFiles(
  document: Document,
  folder: string,
  files: Files,
  place: (offset: number) => string,
): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Pair(_, pair, ancestors) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      const secretKey = key.replace(/File$/, "");
      if (secretKey === key || !SECRET_KEYS.includes(secretKey) || !isScalar(pair.value) || !isScalar(pair.key)) return;
      const map = ancestors.at(-1);
      const report = (message: string) => problems.push({ place: place(nodeOffset(pair.key)), path: key, message });
      if (isMap(map) && map.has(secretKey)) report(`both ${secretKey} and ${key} are given; keep one`);
      const secret = readSecretFile(resolve(folder, String(pair.value.value)), key, files);
      if ("problem" in secret) report(secret.problem);
      pair.key.value = secretKey;
      pair.value.value = "value" in secret ? secret.value : "unreadable";
    },
  });
  return problems;
}

/** The offset of the deepest part of the path that the file has: a missing key is reported at what should hold it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === path[length - 1])
      : undefined;
    if (pair) return nodeOffset(pair.key);
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return nodeOffset(node);
  }
  return 0;
}

function nodeOffset(node: unknown): number {
  if (isPair(node)) return nodeOffset(node.key);
  return (node as Node | undefined)?.range?.[0] ?? 0;
}
