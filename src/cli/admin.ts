import { reachableUrl } from "../config/configuration.ts";
import { type Arguments, EXIT, type Terminal } from "./command.ts";
import { readConfiguration } from "./configuration.ts";

const TIMEOUT_MS = 5_000;

/** The flags that name another gateway than the configuration's. */
export const ADMIN_OPTIONS = { url: { type: "string" }, key: { type: "string" } } as const;

/** As the usage shows them. */
export const ADMIN_USAGE = "[--url <ops url>] [--key <admin key>]";

/** What the running gateway's admin API answers; after it was printed why there is no answer, the exit code. */
export async function askAdmin<T extends object>(
  { values: { url, key } }: Arguments,
  terminal: Terminal,
  path: string,
  method: "GET" | "POST" = "GET",
): Promise<T | number> {
  const place = typeof url === "string" ? { url } : configuredOps(terminal);
  if (!place) return EXIT.badConfiguration;
  const shown = typeof key === "string" ? key : place.key;
  const headers: Record<string, string> = shown === undefined ? {} : { "X-API-Key": shown };
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    // The key is for this place and for no other one.
    const answer = await fetch(new URL(path, place.url), { method, headers, signal, redirect: "manual" });
    if (answer.ok) return (await answer.json()) as T;
    terminal.err(`${await reasonOf(answer)}\n`);
    return answer.status === 400 ? EXIT.usage : EXIT.failed;
  } catch {
    terminal.err(`no gateway answers at ${place.url}; name its ops listener with --url\n`);
    return EXIT.failed;
  }
}

function configuredOps(terminal: Terminal): { url: string; key?: string } | undefined {
  const configuration = readConfiguration(terminal);
  if (!configuration) return undefined;
  const [admin] = configuration.adminKeys;
  return { url: reachableUrl(configuration.ops), ...(admin && { key: admin.secret.reveal() }) };
}

async function reasonOf(answer: Response): Promise<string> {
  if (answer.status === 401) return "the gateway knows no such admin key; name one of admin.keys with --key";
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: unknown };
  return typeof detail === "string" ? detail : `the gateway answered ${answer.status}`;
}
