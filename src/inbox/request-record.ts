import { createHash } from "node:crypto";
import type { Message, MessageId } from "../sms/message.ts";
import type { OutcomeName } from "../sms/outcome.ts";
import type { Entry } from "./entry.ts";

/** One request for a message and what it came to. */
export interface RequestRecord {
  id: MessageId;
  /** Wall milliseconds. */
  receivedAt: number;
  outcome: OutcomeName | "pending";
  /** Absent until it is answered, and when the caller had gone by then. */
  status?: number;
  reason?: string;
  durationMs?: number;
  /** When it came, the request before it had its answer; absent for the first. */
  afterAnswer?: boolean;
}

/** How far Kratos is with a message that it was once answered an error to. */
export interface Retry {
  /** Which request the last one is. */
  number: number;
  /** After how many Kratos gives up. */
  of: number;
  /** Abandoned is inferred: Kratos tells nobody. */
  state: "retrying" | "done" | "abandoned";
}

/** Kratos' own default, and what our block for `kratos.yml` asks for: one request, and so many more. */
const TRIES = [6, 31];

/** What tells one message from another, as the gateway's claims do: Kratos sends no id, and repeats a message word for word. */
export function keyOf({ to, template, text, occurredAt }: Message): string {
  return hashOf([to, template, text, occurredAt]);
}

/** A name for what these are together, of the same few bytes however long they are. */
export function hashOf(parts: (string | undefined)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}

/** The record of the request with this id. */
export function recordOf({ requests }: Entry, id: MessageId): RequestRecord | undefined {
  return requests.find((record) => record.id === id);
}

/** Undefined for a message that was never answered an error. */
export function retryOf({ requests, forgottenFailures, silent }: Entry): Retry | undefined {
  const failures = forgottenFailures + requests.filter(isFailure).length;
  if (failures === 0) return undefined;
  const isDone = requests.some((record) => record.outcome !== "pending" && !isFailure(record));
  const isWaiting = requests.at(-1)?.outcome === "pending";
  const number = isDone || isWaiting ? failures + 1 : failures;
  const of = TRIES.find((tries) => tries >= number) ?? number;
  if (isDone) return { number, of, state: "done" };
  return { number, of, state: !isWaiting && (silent || number === of) ? "abandoned" : "retrying" };
}

/** Whether it was answered an error, after which Kratos asks again. */
export function isFailure({ status, outcome }: RequestRecord): boolean {
  return status === undefined ? outcome === "failed" || outcome === "shed" : status < 200 || status > 299;
}
