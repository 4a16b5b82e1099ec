/** Why a call failed: no code in time, nobody there, the wrong token, a wrong parameter, or anything else. */
export type InboxErrorCode = "timeout" | "unreachable" | "unauthorized" | "bad-request" | "failed";

/** What every failed call throws: a sentence with the way out, and a word for programs; no number, text or code. */
export interface InboxError extends Error {
  name: "InboxError";
  code: InboxErrorCode;
}

/** Makes one. */
export function inboxError(code: InboxErrorCode, message: string, cause?: unknown): InboxError {
  const error = new Error(message, cause === undefined ? {} : { cause });
  return Object.assign(error, { name: "InboxError" as const, code });
}

/** Whether something caught is one. */
export function isInboxError(error: unknown): error is InboxError {
  return error instanceof Error && error.name === "InboxError" && "code" in error;
}
