import type { NotSentKind, SendResult, UnknownKind } from "../sms/send-result.ts";
import type { BreakerVerdict } from "./circuit-breaker.ts";

/** What a failure means for the rest of the chain and for the provider. */
interface KindPolicy {
  /** Whether another provider could still send this message. */
  next: boolean;
  /** Whether asking again in a moment can help: then Kratos is told to, with 503. */
  passing: boolean;
  breaker: BreakerVerdict;
}

/** One row for each way a provider can certainly not have sent. */
export const NOT_SENT_KINDS: Record<NotSentKind, KindPolicy> = {
  "invalid-recipient": { next: false, passing: false, breaker: "silent" },
  "opted-out": { next: false, passing: false, breaker: "silent" },
  "fraud-block": { next: false, passing: false, breaker: "silent" },
  "sender-refused": { next: true, passing: false, breaker: "silent" },
  "message-refused": { next: true, passing: false, breaker: "silent" },
  "destination-barred": { next: true, passing: false, breaker: "silent" },
  unauthorized: { next: true, passing: true, breaker: "down" },
  "quota-exhausted": { next: true, passing: true, breaker: "down" },
  "rate-limited": { next: true, passing: true, breaker: "silent" },
  unavailable: { next: true, passing: true, breaker: "failed" },
};

const UNKNOWN_KINDS: Record<UnknownKind, BreakerVerdict> = {
  unavailable: "failed",
  timeout: "failed",
  "bad-response": "failed",
};

/** What a result says about the provider that gave it. */
export function breakerVerdict(result: SendResult): BreakerVerdict {
  switch (result.outcome) {
    case "sent":
    case "captured":
      return "well";
    case "not-sent":
      return NOT_SENT_KINDS[result.kind].breaker;
    case "unknown":
      return UNKNOWN_KINDS[result.kind];
  }
}
