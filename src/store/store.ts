import type { MessageId } from "../sms/message.ts";
import type { OutcomeName } from "../sms/outcome.ts";

/** What the claim on a message came to; answered again to every repetition. */
export interface ClaimResult {
  outcome: OutcomeName;
  messageId: MessageId;
  provider?: string;
}

/** A request to be the one who sends a message. */
export interface AdmitRequest {
  /** Keyed tag of what makes the message itself. */
  fingerprint: string;
  /** Who asks. */
  owner: MessageId;
  /** After this long without an end the claim is anybody's. */
  leaseMs: number;
  /** The owner this caller waited for: it is given that owner's result even when the claim was released. */
  waitedFor?: MessageId;
}

/** Granted: send it. In flight: somebody is sending it now. Settled: it has had its end. */
export type Admission =
  | { state: "granted" }
  | { state: "in-flight"; owner: MessageId }
  | { state: "settled"; result: ClaimResult };

/** The end of a claim. */
export interface SettleRequest {
  fingerprint: string;
  owner: MessageId;
  result: ClaimResult;
  /** How long a repetition is answered with this result; 0 gives the claim back, so that the next one is sent. */
  keepMs: number;
}

/** What all replicas of one gateway share: few, whole operations; keys are tags, never numbers or codes. */
export interface Store {
  admit(request: AdmitRequest): Promise<Admission>;
  settle(request: SettleRequest): Promise<void>;
  close(): Promise<void>;
}
