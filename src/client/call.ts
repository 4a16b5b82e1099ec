import { inboxError } from "./inbox-error.ts";

/** One call of the inbox API. */
export interface Call {
  path: string;
  method?: "GET" | "DELETE";
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  /** Statuses beside 2xx that the caller wants to see. */
  expects?: number[];
  /** How long the inbox may take; 0: for ever. */
  withinMs?: number;
  signal?: AbortSignal | undefined;
}

/** Makes a call; throws an `InboxError` that says the way out, or whatever the caller's own signal was aborted with. */
export type Caller = (call: Call) => Promise<Response>;

/** Where the inbox is, and what it wants to be shown. */
export interface CallerOptions {
  url: string;
  token?: string | undefined;
}

/** A caller for one inbox. */
export function createCaller({ url, token }: CallerOptions): Caller {
  return async (call) => {
    const answer = await send(url, token, call);
    if (answer.ok || call.expects?.includes(answer.status)) return answer;
    throw await refused(answer);
  };
}

/** The answer's JSON; throws when something else than an inbox answered. */
export async function readJson<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch (cause) {
    throw inboxError("failed", `what answers at ${originOf(answer.url)} is no inbox, ${HOW_TO_NAME_IT}`, cause);
  }
}

const WITHIN_MS = 10_000;
const HOW_TO_NAME_IT = "name the inbox's own URL (http://127.0.0.1:8026 unless configured)";

async function send(url: string, token: string | undefined, call: Call): Promise<Response> {
  const { path, method = "GET", query = {}, headers, withinMs = WITHIN_MS, signal } = call;
  const target = targetOf(url, path, query);
  const limits = [...(signal ? [signal] : []), ...(withinMs > 0 ? [AbortSignal.timeout(withinMs)] : [])];
  const credentials = token ? { Authorization: `Bearer ${token}` } : {};
  const request = { method, headers: { ...credentials, ...headers }, signal: AbortSignal.any(limits) };
  try {
    return await fetch(target, request);
  } catch (cause) {
    signal?.throwIfAborted();
    const problem = limits.some(({ aborted }) => aborted) ? "did not answer in time" : "does not answer";
    throw inboxError("unreachable", `the inbox at ${target.origin} ${problem}: start it with npm start`, cause);
  }
}

function targetOf(url: string, path: string, query: Record<string, string | undefined>): URL {
  if (!URL.canParse(path, url)) throw inboxError("bad-request", `this is no URL of an inbox: ${HOW_TO_NAME_IT}`);
  const target = new URL(path, url);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) target.searchParams.set(name, value);
  return target;
}

async function refused(answer: Response): Promise<Error> {
  if (answer.status === 401) {
    return inboxError("unauthorized", "the inbox wants its token: pass the gateway's INBOX_TOKEN");
  }
  const problem = (await answer.json().catch(() => ({}))) as { title?: unknown; detail?: unknown };
  const says = [problem.title, problem.detail].filter((part) => typeof part === "string").join(": ");
  const code = answer.status === 400 ? "bad-request" : "failed";
  return inboxError(code, `${originOf(answer.url)} answered ${answer.status}${says && `, ${says}`}`);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "this URL";
}
