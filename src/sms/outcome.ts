import type { Attempt } from "./attempt.ts";
import type { MessageId } from "./message.ts";

/** What became of a message; the word users meet in headers, logs, metrics and the inbox. */
export type OutcomeName =
  | "sent"
  | "captured"
  | "duplicate"
  | "suppressed"
  | "rejected"
  | "ambiguous"
  | "failed"
  | "shed";

/** After these the same message may be sent when it comes again: it took nothing of any limit, and no claim on it is kept. */
export const UNSPENT: readonly OutcomeName[] = ["failed", "shed", "suppressed"];

/** What became of a request that never became a message; `rejected` when all it lacked was a number that exists. */
export type RefusalName = "invalid" | "unauthorized" | "rejected";

/** The end of one message. */
export interface Outcome {
  name: OutcomeName;
  /** For a duplicate the id of the message it repeats. */
  messageId: MessageId;
  /** The account that took the message. */
  provider?: string | undefined;
  /** Our own short sentence; never a number, text, code or secret. */
  reason?: string | undefined;
  attempts: Attempt[];
}
