import type { Step } from "./kratos.ts";

/** One request and its answer as lines to read; secrets are cut, and a form's fields are one line each. */
export function showStep({ method, url, token, request, status, response }: Step, width = 100): string[] {
  return [
    `${method} ${url}`,
    ...(token ? [`X-Session-Token: ${shorten(token)}`] : []),
    ...(request ? layOut(readable(request), width) : []),
    `→ ${status}${NOTES[status] ? `  (${NOTES[status]})` : ""}`,
    ...(response === undefined ? [] : layOut(readable(response), width)),
  ];
}

const NOTES: Record<number, string> = {
  400: "not over yet, or refused: the form says which",
  401: "no such session",
  403: "this session is not enough",
  422: "only a browser could go on",
};

const SECRET = /^(session_token|ory_session_token|csrf_token|secret|code|totp_code|src)$/;
const LONGEST = 56;

function readable(value: unknown, key = ""): unknown {
  if (key === "password") return "…";
  if (typeof value === "string") return SECRET.test(key) ? shorten(value) : clip(value);
  if (Array.isArray(value)) return value.map((item) => readable(key === "nodes" ? readableNode(item) : item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readable(item, name)]));
}

// biome-ignore lint/suspicious/noExplicitAny: Kratos' nodes come in five kinds.
function readableNode({ group, attributes, messages, meta }: any): object {
  const { name, id, type, value, text } = attributes;
  const isSecret = [name, id].some((word) => SECRET.test(word ?? "") || word === "totp_secret_key");
  const shown = text?.text ?? value;
  return {
    group,
    name: name ?? id,
    ...(type && { type }),
    ...(shown && { value: isSecret && typeof shown === "string" ? shorten(shown) : shown }),
    ...(meta?.label && { label: meta.label.text }),
    ...(messages?.length > 0 && { messages }),
  };
}

function shorten(secret: string): string {
  if (secret === "") return secret;
  return `${secret.slice(0, Math.min(10, Math.floor(secret.length / 3)))}…`;
}

function clip(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** JSON whose objects stand on one line where they fit. */
function layOut(value: unknown, width: number, before = "", after = "", indent = ""): string[] {
  const short = `${indent}${before}${oneLine(value)}${after}`;
  if (typeof value !== "object" || value === null || short.length <= width) return [short];
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const items = entries.flatMap(([name, item], index) => {
    const comma = index < entries.length - 1 ? "," : "";
    return layOut(item, width, isList ? "" : `"${name}": `, comma, `${indent}  `);
  });
  return [`${indent}${before}${isList ? "[" : "{"}`, ...items, `${indent}${isList ? "]" : "}"}${after}`];
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[ ${value.map(oneLine).join(", ")} ]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).map(([name, item]) => `"${name}": ${oneLine(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
