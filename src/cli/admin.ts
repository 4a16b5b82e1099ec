import type { Whereabouts } from "../config/load.ts";
import { type Arguments, EXIT, type Terminal } from "./command.ts";
import { findGateway, opsPlace, type Place } from "./running-gateway.ts";

/** A reload may ask a cloud for credentials before it answers. */
const TIMEOUT_MS = 10_000;

/** The flags that name another gateway than the configuration's. */
export const ADMIN_OPTIONS = {
  url: { type: "string", says: "The ops listener of another gateway than the configuration's." },
  key: { type: "string", says: "An admin key, instead of the configuration's." },
} as const;

/** As the usage shows them. */
export const ADMIN_USAGE = "[--url <ops url>] [--key <admin key>]";

/** One call of the admin API. */
export interface AdminCall {
  method?: "GET" | "POST";
  path: string;
  /** A status whose body the command wants as well, such as the 422 of a reload that changed nothing. */
  alsoTakes?: number;
}

/** What the running gateway's admin API answers; after it was printed why there is no answer, the exit code. */
export async function askAdmin<T extends object>(
  args: Arguments,
  terminal: Terminal,
  adminCall: AdminCall,
): Promise<T | number> {
  const place = adminPlace(args, () => findGateway(terminal));
  const asked = await tryAdmin<T>(place, adminCall);
  if ("answer" in asked) return asked.answer;
  terminal.err(`${asked.problem}\n`);
  return asked.exitCode;
}

/** The same without a word: why there is no answer is for the caller to tell. */
export async function tryAdmin<T extends object>(
  { url, keys }: Place,
  { method = "GET", path, alsoTakes }: AdminCall,
): Promise<{ answer: T } | { problem: string; exitCode: number }> {
  try {
    const answer = await call(new URL(path, url), method, keys);
    if (answer.ok || answer.status === alsoTakes) return { answer: (await answer.json()) as T };
    return { problem: await reasonOf(answer), exitCode: answer.status === 400 ? EXIT.usage : EXIT.failed };
  } catch {
    return { problem: `no gateway answers at ${url}; name its ops listener with --url`, exitCode: EXIT.failed };
  }
}

/** The place that the flags name, else the one that `find` knows; the keys of a configuration are for its own place alone. */
export function adminPlace({ values: { url, key } }: Arguments, find: () => Whereabouts): Place {
  const named = typeof key === "string" ? [key] : undefined;
  if (typeof url === "string") return { url, keys: named ?? [] };
  const found = opsPlace(find());
  return { url: found.url, keys: named ?? found.keys };
}

/** The first key of the file may be one that the gateway has yet to read: then the next one is tried. */
async function call(url: URL, method: string, [key, ...others]: readonly string[]): Promise<Response> {
  const headers: Record<string, string> = key === undefined ? {} : { "X-API-Key": key };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(url, { method, headers, signal, redirect: "manual" });
  return answer.status === 401 && others.length > 0 ? call(url, method, others) : answer;
}

async function reasonOf(answer: Response): Promise<string> {
  if (answer.status === 401) return "the gateway knows no such admin key; name one of admin.keys with --key";
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: unknown };
  return typeof detail === "string" ? detail : `the gateway answered ${answer.status}`;
}
