import type { Answer, Tell } from "../sms/event.ts";

/**
 * An error answer as problem details; `extra` may carry the `outcome` and whatever else helps the caller.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problem(
  status: number,
  title: string,
  detail: string,
  extra: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Response {
  return toResponse(problemAnswer(status, title, detail, extra, headers));
}

/** The same before it becomes a response. */
export function problemAnswer(
  status: number,
  title: string,
  detail: string,
  extra: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Answer {
  const body = JSON.stringify({ status, title, detail, ...extra });
  return { status, headers: { "content-type": "application/problem+json", ...headers }, body };
}

/** An answer as a response; an empty text becomes no body. */
export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body || null, { status, headers });
}

/** Answers a request that a bug ended, and tells of the bug. */
export function bugAnswer(tell: Tell): (error: Error) => Answer {
  return (error) => {
    tell({ type: "broken", error });
    return problemAnswer(500, "Internal error", "a bug in the gateway; its log tells more");
  };
}

/** The same as a response. */
export function answerBug(tell: Tell): (error: Error) => Response {
  const answer = bugAnswer(tell);
  return (error) => toResponse(answer(error));
}
