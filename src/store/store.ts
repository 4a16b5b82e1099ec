import type { Attempt } from "../sms/attempt.ts";
import type { Country } from "../sms/e164.ts";
import type { MessageId } from "../sms/message.ts";
import type { OutcomeName } from "../sms/outcome.ts";

/** How long the result of a claim that was given back is there for those who waited for it. */
export const RELEASED_RESULT_MS = 3_000;

/** How long what happened to a message can be asked for. */
export const KEEP_RECORD_MS = 24 * 3_600_000;

/** What the claim on a message came to; answered again to every repetition. */
export interface ClaimResult {
  outcome: OutcomeName;
  messageId: MessageId;
  provider?: string | undefined;
}

/** One window that a message counts in: never more than `max` within any stretch of `perMs`, to the millisecond. */
export interface Bucket {
  /** What it limits, such as `number` or `total`; for people. */
  dimension: string;
  /** Of all windows of this dimension and length which one: a keyed tag, a country or `all`; never a number. */
  key: string;
  max: number;
  perMs: number;
  /** How much this message takes. */
  cost: number;
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
  waitedFor?: MessageId | undefined;
  /** All of them must have room, then all are taken from, together with the claim. */
  buckets: readonly Bucket[];
  /** False: they are counted and stop nothing. */
  enforce: boolean;
}

/**
 * Granted: send it, but not through the providers that are switched off. Limited: a bucket has no room, and nothing was
 * taken. In flight: somebody is sending it now. Settled: it has had its end. `fills` say how full each bucket is, 1 for full.
 */
export type Admission =
  | { state: "granted"; disabled: readonly string[]; fills: readonly number[] }
  | { state: "limited"; dimension: string; fills: readonly number[] }
  | { state: "in-flight"; owner: MessageId }
  | { state: "settled"; result: ClaimResult };

/** The end of a claim, and what is remembered of the message; written together. */
export interface SettleRequest {
  fingerprint: string;
  owner: MessageId;
  result: ClaimResult;
  /** How long a repetition is answered with this result; 0 gives the claim back, so that the next one is sent. */
  keepMs: number;
  /** What of the buckets was not used after all, as their `cost`. */
  giveBack?: readonly Bucket[];
  record?: WrittenRecord | undefined;
}

/** What is remembered of a message for the operator: neither text nor code, and its number only as a tag. */
export interface MessageRecord {
  id: MessageId;
  /** Keyed tag of the number. */
  tag: string;
  /** The number with all but its last two digits hidden. */
  maskedTo: string;
  country: Country;
  template: string;
  /** Wall milliseconds. */
  receivedAt: number;
  outcome: OutcomeName;
  reason?: string | undefined;
  route?: string | undefined;
  provider?: string | undefined;
  attempts: Attempt[];
  durationMs: number;
  /** How many times the same message came again. */
  repeats: number;
}

/** A record as stores keep it, and by what they find it: written once, however many keep it. */
export interface WrittenRecord extends Pick<MessageRecord, "id" | "tag"> {
  json: string;
}

export function writeRecord(record: MessageRecord): WrittenRecord {
  return { id: record.id, tag: record.tag, json: JSON.stringify(record) };
}

/** What all replicas of one gateway share: few, whole operations; keys are tags, never numbers or codes. */
export interface Store {
  admit(request: AdmitRequest): Promise<Admission>;
  /** Makes the lease of a claim as long as at first, as long as the owner still has it. */
  renew(request: Pick<AdmitRequest, "fingerprint" | "owner" | "leaseMs">): Promise<void>;
  settle(request: SettleRequest): Promise<void>;
  /** Remembers, for a day, a message that took no claim; others are remembered by `settle`. */
  record(record: WrittenRecord): Promise<void>;
  /** Counts one more repetition on the record of a message. */
  recordRepeat(id: MessageId): Promise<void>;
  /** The messages to one number, newest first, or the one with this id. */
  find(which: { tag: string } | { id: string }): Promise<MessageRecord[]>;
  /** Switches a provider off for every replica, or on again. */
  switch(provider: string, on: boolean): Promise<void>;
  /** The providers that are switched off. */
  switchedOff(): Promise<readonly string[]>;
  close(): Promise<void>;
}
