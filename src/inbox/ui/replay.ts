import type { RawRequest } from "./wire.ts";

/** Any text as one word of a POSIX shell; undefined for what no shell can hold. */
export function shellQuoted(text: string): string | undefined {
  return text.includes("\0") ? undefined : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Where the request goes again, and where its bytes are when a shell cannot quote them. */
export interface ReplayOptions {
  courierUrl: string;
  bodyUrl: string;
}

/** A message's request as a curl line that sends the same bytes again. */
export function replayCurl(request: RawRequest, { courierUrl, bodyUrl }: ReplayOptions): string {
  // Glued, not resolved: a path such as //evil.test would name another host.
  const url = shellQuoted(new URL(courierUrl).origin + request.path);
  const body = shellQuoted(request.body);
  const head = [`-X ${shellQuoted(request.method)}`, url, ...headerWords(request.headers)];
  if (body !== undefined && !request.body.includes("\ufffd")) {
    return ["curl -i", ...head, `--data-raw ${body}`].join(JOIN);
  }
  return `curl -s ${shellQuoted(bodyUrl)} | ${["curl -i", ...head, "--data-binary @-"].join(JOIN)}`;
}

const JOIN = " \\\n  ";

function headerWords(headers: Record<string, string>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || OF_THE_CONNECTION.has(name)) return [];
    const secret = SECRETS[name];
    if (secret !== undefined) return [`-H "${secret}"`];
    const quoted = shellQuoted(value === "" ? `${name};` : `${name}: ${value}`);
    return quoted === undefined ? [] : [`-H ${quoted}`];
  });
}

/** What curl writes by itself. */
const OF_THE_CONNECTION = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "accept-encoding",
  "expect",
]);

/** What is masked here is taken from the reader's environment. */
const SECRETS: Record<string, string> = {
  authorization: "Authorization: Bearer $GATEWAY_API_KEY",
  "x-api-key": "X-API-Key: $GATEWAY_API_KEY",
};
