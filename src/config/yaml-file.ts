import { basename } from "node:path";
import {
  type Document,
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
import type { Problem } from "./problems.ts";
import { type Environment, interpolate, readSecretFile } from "./variables.ts";

/** Where a value came from, for a problem's place. */
export type Locate = (path: readonly PropertyKey[]) => string;

/** A file's values before any schema has seen them. */
export interface RawConfiguration {
  values: unknown;
  problems: Problem[];
  locate: Locate;
}

const SECRET_KEYS = ["secret", "authToken", "apiKeySecret", "accessKeyId", "secretAccessKey", "token"];

/** Reads YAML, fills in the environment's variables and the secrets that stand in files of their own. */
export function readYaml(file: string, source: string, environment: Environment): RawConfiguration {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${basename(file)}:${line}:${col}`;
  };
  const locate: Locate = (path) => place(offsetOf(document, path));
  const syntax = document.errors.map((error) => ({
    place: place(error.pos[0]),
    path: "",
    message: firstLine(error.message),
  }));
  if (syntax.length > 0) return { values: {}, problems: syntax, locate };
  const problems = [...fillVariables(document, environment, place), ...fillSecretFiles(document, place)];
  return { values: document.toJS() ?? {}, problems, locate };
}

function fillVariables(document: Document, environment: Environment, place: (offset: number) => string): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Scalar(key, node: Scalar) {
      if (key === "key") return;
      if (typeof node.value === "number" && node.source?.startsWith("+")) node.value = node.source;
      if (typeof node.value !== "string" || !node.value.includes("${")) return;
      const filled = interpolate(node.value, environment);
      problems.push(...filled.problems.map((message) => ({ place: place(node.range?.[0] ?? 0), path: "", message })));
      node.value = filled.value;
    },
  });
  return problems;
}

function fillSecretFiles(document: Document, place: (offset: number) => string): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Pair(_, pair, ancestors) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      const secretKey = key.replace(/File$/, "");
      if (secretKey === key || !SECRET_KEYS.includes(secretKey) || !isScalar(pair.value) || !isScalar(pair.key)) return;
      const map = ancestors.at(-1);
      const report = (message: string) => problems.push({ place: place(nodeOffset(pair.key)), path: key, message });
      if (isMap(map) && map.has(secretKey)) report(`both ${secretKey} and ${key} are given; keep one`);
      const secret = readSecretFile(String(pair.value.value), key);
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

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
