import type { Attempt } from "../sms/attempt.ts";
import type { Decision } from "../sms/decision.ts";
import type { Answer, Count, RawRequest } from "../sms/event.ts";
import type { Message } from "../sms/message.ts";
import type { OutcomeName } from "../sms/outcome.ts";
import { clip, clipBytes } from "./clip.ts";
import type { RequestRecord } from "./request-record.ts";

/** A raw request of which at most so much is kept. */
export interface KeptRequest extends RawRequest {
  /** How long the body was when it came. */
  size: number;
}

/** One message with everything that was told of it, also by further requests for the same message. */
export interface Entry {
  /** As its first request asked for it. */
  message: Message;
  /** What tells one message from another. */
  key: string;
  /** The sequence when it came: the order of the list. */
  arrived: number;
  /** The sequence of the last change. */
  changed: number;
  /** The sequence when a phone had it last: what `since` compares; absent before that and for a message no phone got. */
  delivered?: number;
  arrivedAtMs: number;
  deliveredAtMs?: number;
  outcome: OutcomeName | "pending";
  provider?: string;
  reason?: string;
  durationMs?: number;
  decision?: Decision;
  /** What went wrong on purpose, in words. */
  simulated?: string;
  attempts: Attempt[];
  /** How full the limits and caps were with this message. */
  limits?: { counts: Count[]; enforced: boolean };
  /** The newest request; absent when the message was deleted while it was under way. */
  request?: KeptRequest;
  /** What that request was answered. */
  answer?: Answer;
  /** The newest requests, oldest first. */
  requests: RequestRecord[];
  /** All of them. */
  requestCount: number;
  /** Those that repeated a message that had had its end. */
  repeatCount: number;
  /** Those answered with an error that are no longer in `requests`. */
  forgottenFailures: number;
  /** After an error no further request came for long. */
  silent: boolean;
  /** A newer code of the same kind went to the same number. */
  superseded: boolean;
  /** The code was handed to a wait that consumes. */
  taken: boolean;
  /** Some text was longer than the mailbox keeps. */
  clipped: boolean;
}

const NAME_BYTES = 256;
const PATH_BYTES = 1_024;
const MAX_LOCALES = 8;

/** When something came: its place in the sequence, and its time. */
export interface Moment {
  sequence: number;
  monotonicMs: number;
}

/** A pending entry for a message, its texts cut to `maxBytes`. */
export function createEntry(message: Message, key: string, { sequence, monotonicMs }: Moment, maxBytes: number): Entry {
  const text = clip(message.text, maxBytes);
  const locales = message.locales.slice(0, MAX_LOCALES).map((locale) => clip(locale, NAME_BYTES));
  return {
    message: { ...message, text, locales, template: clip(message.template, NAME_BYTES) },
    key,
    arrived: sequence,
    changed: sequence,
    arrivedAtMs: monotonicMs,
    outcome: "pending",
    attempts: [],
    requests: [],
    requestCount: 0,
    repeatCount: 0,
    forgottenFailures: 0,
    silent: false,
    superseded: false,
    taken: false,
    clipped: text !== message.text,
  };
}

/** Begins anew: what the request before came to is in its record alone. */
export function reopen(entry: Entry): void {
  entry.outcome = "pending";
  entry.attempts = [];
  delete entry.provider;
  delete entry.reason;
  delete entry.durationMs;
}

/** Adds the raw request, its body cut to `maxBytes`. */
export function addRequest(entry: Entry, request: RawRequest, maxBytes: number): void {
  entry.request = clipRequest(request, maxBytes);
  entry.clipped ||= entry.request.body.length < entry.request.size;
  delete entry.answer;
}

/** The raw request, its body cut to `maxBytes`. */
export function clipRequest(request: RawRequest, maxBytes: number): KeptRequest {
  const { method, path, headers, body, remoteAddress } = request;
  const clipped = { path: clip(path, PATH_BYTES), body: clipBytes(body, maxBytes), size: body.length };
  return { method, headers, remoteAddress, ...clipped };
}

/** Adds the decision, its text cut to `maxBytes`. */
export function addDecision(entry: Entry, decision: Decision, maxBytes: number): void {
  const text = clip(decision.text, maxBytes);
  entry.decision = { ...decision, text };
  entry.clipped ||= text !== decision.text;
}
