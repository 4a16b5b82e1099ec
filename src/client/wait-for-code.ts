import { type Caller, readJson } from "./call.ts";
import { inboxError } from "./inbox-error.ts";
import type { Code } from "./inbox-types.ts";
import { whyNoCode } from "./why-no-code.ts";

/** Which code is awaited, and for how long. */
export interface CodeWait {
  /** The phone number, in any spelling. */
  to: string;
  /** Taken from `cursor()` before the action: an older code can never be mistaken for the new one. */
  since?: string | undefined;
  /** Only codes of this kind of message, such as `login_code_valid`. */
  template?: string | undefined;
  /** How long to wait, 10 seconds unless told; longer than the inbox's own minute is fine. */
  timeoutMs?: number | undefined;
  /** No later wait is given this code. */
  consume?: boolean | undefined;
  /** Ends the wait early. */
  signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 10_000;
/** The inbox waits a minute at most; proxies in between often less. */
const MAX_ROUND_MS = 30_000;
const GRACE_MS = 10_000;

/** Waits for a code in as many rounds as it takes; throws an `InboxError` of code `timeout` when none comes. */
export async function waitForCode(call: Caller, wait: CodeWait): Promise<Code> {
  const { to, template, timeoutMs = TIMEOUT_MS, consume = false, signal } = wait;
  let since = wait.since;
  let leftMs = Math.max(0, Math.ceil(timeoutMs));
  do {
    const roundMs = Math.min(leftMs, MAX_ROUND_MS);
    const query = { to, since, template, timeout: `${roundMs}ms`, consume: consume ? "1" : "0" };
    const answer = await call({ path: "/api/codes/wait", query, withinMs: roundMs + GRACE_MS, signal });
    if (answer.status === 200) return readJson<Code>(answer);
    leftMs -= roundMs;
    since = answer.headers.get("x-inbox-cursor") ?? since;
  } while (leftMs > 0);
  const reason = await whyNoCode(call, wait);
  throw inboxError("timeout", `no code for this number within ${timeoutMs / 1_000} s: ${reason}`);
}
