import type { NotSentKind } from "../sms/send-result.ts";

/** What a certain refusal means for the rest of the chain. */
interface KindPolicy {
  /** Whether another provider could still send this message. */
  next: boolean;
  /** Whether asking again in a moment can help: then Kratos is told to, with 503. */
  passing: boolean;
}

/** One row for each way a provider can certainly not have sent. */
export const ERROR_KINDS: Record<NotSentKind, KindPolicy> = {
  "invalid-recipient": { next: false, passing: false },
  "opted-out": { next: false, passing: false },
  "fraud-block": { next: false, passing: false },
  "sender-refused": { next: true, passing: false },
  "message-refused": { next: true, passing: false },
  "destination-barred": { next: true, passing: false },
  unauthorized: { next: true, passing: true },
  "quota-exhausted": { next: true, passing: true },
  "rate-limited": { next: true, passing: true },
  unavailable: { next: true, passing: true },
};
