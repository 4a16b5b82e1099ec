import { reachableUrl } from "../config/configuration.ts";
import { type Arguments, EXIT, type Terminal } from "./command.ts";
import { readConfiguration } from "./configuration.ts";

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
  { values: { url, key } }: Arguments,
  terminal: Terminal,
  { method = "GET", path, alsoTakes }: AdminCall,
): Promise<T | number> {
  const place = typeof url === "string" ? { url, keys: [] } : configuredOps(terminal);
  if (!place) return EXIT.badConfiguration;
  const keys = typeof key === "string" ? [key] : place.keys;
  try {
    const answer = await call(new URL(path, place.url), method, keys);
    if (answer.ok || answer.status === alsoTakes) return (await answer.json()) as T;
    terminal.err(`${await reasonOf(answer)}\n`);
    return answer.status === 400 ? EXIT.usage : EXIT.failed;
  } catch {
    terminal.err(`no gateway answers at ${place.url}; name its ops listener with --url\n`);
    return EXIT.failed;
  }
}

/** The keys are for this place and for no other one. */
function configuredOps(terminal: Terminal): { url: string; keys: string[] } | undefined {
  const configuration = readConfiguration(terminal);
  if (!configuration) return undefined;
  const keys = configuration.adminKeys.map(({ secret }) => secret.reveal());
  return { url: reachableUrl(configuration.ops), keys };
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
