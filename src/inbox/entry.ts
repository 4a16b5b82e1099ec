import type { Attempt } from "../sms/attempt.ts";
import type { Decision } from "../sms/decision.ts";
import type { RawRequest } from "../sms/event.ts";
import type { Message, MessageId } from "../sms/message.ts";
import type { OutcomeName } from "../sms/outcome.ts";
import { clip } from "./clip.ts";

/** A further request for a message that was known already. */
export interface Repeat {
  /** Wall milliseconds. */
  at: number;
  messageId: MessageId;
}

/** One message with everything that was told of it. */
export interface Entry {
  message: Message;
  /** The sequence when it came: the order of the list. */
  arrived: number;
  /** The sequence of the last change. */
  changed: number;
  /** The sequence when a phone had it: what `since` compares; absent before that and for a message no phone got. */
  delivered?: number;
  arrivedAtMs: number;
  deliveredAtMs?: number;
  outcome: OutcomeName | "pending";
  provider?: string;
  reason?: string;
  durationMs?: number;
  decision?: Decision;
  attempts: Attempt[];
  /** Absent when the message was deleted while it was under way. */
  request?: RawRequest;
  /** The newest further requests; `repeatCount` counts them all. */
  repeats: Repeat[];
  repeatCount: number;
  /** The code was handed to a wait that consumes. */
  taken: boolean;
  /** Some text was longer than the mailbox keeps. */
  clipped: boolean;
}

const NAME_BYTES = 256;
const PATH_BYTES = 1_024;
const MAX_LOCALES = 8;

/** A pending entry for a message, its texts cut to `maxBytes`. */
export function createEntry(message: Message, sequence: number, monotonicMs: number, maxBytes: number): Entry {
  const text = clip(message.text, maxBytes);
  const locales = message.locales.slice(0, MAX_LOCALES).map((locale) => clip(locale, NAME_BYTES));
  return {
    message: { ...message, text, locales, template: clip(message.template, NAME_BYTES) },
    arrived: sequence,
    changed: sequence,
    arrivedAtMs: monotonicMs,
    outcome: "pending",
    attempts: [],
    repeats: [],
    repeatCount: 0,
    taken: false,
    clipped: text !== message.text,
  };
}

/** Adds the raw request, its body cut to `maxBytes`. */
export function addRequest(entry: Entry, request: RawRequest, maxBytes: number): void {
  entry.request = clipRequest(request, maxBytes);
  entry.clipped ||= entry.request.body !== request.body;
}

/** The raw request, its body cut to `maxBytes`. */
export function clipRequest(request: RawRequest, maxBytes: number): RawRequest {
  return { ...request, path: clip(request.path, PATH_BYTES), body: clip(request.body, maxBytes) };
}

/** Adds the decision, its text cut to `maxBytes`. */
export function addDecision(entry: Entry, decision: Decision, maxBytes: number): void {
  const text = clip(decision.text, maxBytes);
  entry.decision = { ...decision, text };
  entry.clipped ||= text !== decision.text;
}

const MAX_REPEATS = 20;

/** Adds a further request; the oldest leave when there are too many. */
export function addRepeat(entry: Entry, repeat: Repeat): void {
  entry.repeats = [...entry.repeats, repeat].slice(-MAX_REPEATS);
  entry.repeatCount += 1;
}
