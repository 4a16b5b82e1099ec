/** Words that Redis or TLS say when nothing but the operator can help, and what they come to. */
const WORDS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate has no known CA; name one with store.caFile",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate has no known CA; name one with store.caFile",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate has no known CA; name one with store.caFile",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate has no known CA; name one with store.caFile",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate has no known CA; name one with store.caFile",
  CERT_HAS_EXPIRED: "its certificate is no longer valid",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  NOREPLICA: "no replica of it has confirmed in time what was written (store.claimDurability: replicated)",
  NOAUTH: "it wants a password",
  WRONGPASS: "user or password is wrong",
  NOPERM: "the user may not do what the gateway needs; docs/failover.md has the whole line for an ACL",
};

/** Why a store is away, for the operator; whole messages of a client may hold keys and addresses. */
export function awayReason(error: unknown): string {
  const { code, message = "" } = error as { code?: unknown; message?: string };
  const word = typeof code === "string" ? code : wordOf(message);
  if (word === undefined) return /timed out|no answer/i.test(message) ? "no answer in time" : "no connection";
  const meaning = WORDS[word];
  return meaning ? `${word}: ${meaning}` : word;
}

/** Servers from 7.0 on call it a plain error when a script may not do what it tries. */
function wordOf(message: string): string | undefined {
  if (/user executing the script can't/.test(message)) return "NOPERM";
  return /^[A-Z]{3,}(?= )/.exec(message)?.[0];
}
