/** Why a provider certainly did not send: what failover and the circuit breaker decide by. */
export type NotSentKind =
  | "invalid-recipient"
  | "opted-out"
  | "fraud-block"
  | "sender-refused"
  | "message-refused"
  | "destination-barred"
  | "unauthorized"
  | "quota-exhausted"
  | "rate-limited"
  | "unavailable";

/** Why nobody can know whether a provider sent. */
export type UnknownKind = "unavailable" | "timeout" | "bad-response";

/** The SMS was accepted; the id is missing when the answer was cut off after its success status. */
export interface Sent {
  outcome: "sent";
  providerMessageId?: string;
}

/** The SMS was kept in the inbox and no phone will see it. */
export interface Captured {
  outcome: "captured";
}

/** The SMS was certainly not sent. */
export interface NotSent {
  outcome: "not-sent";
  kind: NotSentKind;
  /** Our own short sentence; never a number, text, code or secret. */
  detail: string;
  /** The vendor's own error code, for the operator. */
  vendorCode?: string;
  /** How long the vendor asked us to stay away; only with `rate-limited`. */
  retryAfterMs?: number;
}

/** The SMS may or may not have been sent. */
export interface Unknown {
  outcome: "unknown";
  kind: UnknownKind;
  detail: string;
  vendorCode?: string;
}

/** What one request to one provider came to. */
export type SendResult = Sent | Captured | NotSent | Unknown;
