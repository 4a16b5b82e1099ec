import type { z } from "@hono/zod-openapi";
import type { Attempt } from "../sms/attempt.ts";
import type { Decision } from "../sms/decision.ts";
import type { codeSchema, messageDetailSchema, messageListSchema, messageSchema } from "./api-schemas.ts";
import type { Refusal } from "./changes.ts";
import { formatCursor } from "./cursor.ts";
import type { Entry, KeptRequest } from "./entry.ts";
import type { Insight } from "./insight.ts";
import { type RequestRecord, retryOf } from "./request-record.ts";
import type { waitSchema } from "./status-schemas.ts";
import type { OpenWait } from "./waits.ts";

type MessageView = z.infer<typeof messageSchema>;
type MessageDetailView = z.infer<typeof messageDetailSchema>;

/** An entry as lists and events show it. */
export function viewMessage(entry: Entry): MessageView {
  const { message, decision } = entry;
  return {
    id: message.id,
    receivedAt: iso(message.receivedAt),
    to: message.to,
    country: message.country,
    numberType: message.numberType,
    template: message.template,
    text: message.text,
    code: message.code?.value,
    codeSource: message.code?.source,
    expiresAt: message.expiresAt === undefined ? undefined : iso(message.expiresAt),
    outcome: entry.outcome,
    reason: entry.reason,
    route: decision?.route,
    provider: entry.provider,
    sender: senderOf(entry),
    segments: decision?.segments,
    durationMs: whole(entry.durationMs),
    repeatCount: entry.repeatCount,
    requestCount: entry.requestCount,
    attempt: retryOf(entry),
    superseded: entry.superseded,
    consumed: entry.taken,
    truncated: entry.clipped,
    simulated: entry.simulated,
  };
}

/** An entry with everything known of it. */
export function viewDetail(entry: Entry): Omit<MessageDetailView, keyof Insight> {
  return {
    ...viewMessage(entry),
    locales: [...entry.message.locales],
    domain: entry.message.domain,
    decision: entry.decision && viewDecision(entry.decision),
    attempts: entry.attempts.map(viewAttempt),
    limits: viewLimits(entry),
    cost: costOf(entry),
    requests: entry.requests.map(viewRecord),
    request: entry.request && { ...viewRequest(entry.request), answer: entry.answer },
  };
}

/** One attempt, flat. */
export function viewAttempt(attempt: Attempt): MessageDetailView["attempts"][number] {
  if ("skipped" in attempt) return attempt;
  const { provider, attemptId, result, durationMs } = attempt;
  return { provider, attemptId, durationMs: Math.round(durationMs), ...result };
}

/** A code as waits answer it. */
export function viewCode({ message, delivered }: Entry): z.infer<typeof codeSchema> {
  const { code, to, template, id } = message;
  return { code: code?.value ?? "", to, template, messageId: id, cursor: formatCursor(delivered ?? 0) };
}

/** A refused request. */
export function viewRefusal({
  at,
  request,
  ...refusal
}: Refusal): z.infer<typeof messageListSchema>["refusals"][number] {
  return { at: iso(at), ...refusal, request: viewRequest(request) };
}

/** A test that waits for a code. */
export function viewWait({ query: { to, template }, startedAt, timeoutMs }: OpenWait): z.infer<typeof waitSchema> {
  return { to, template, startedAt: iso(startedAt), timeoutMs };
}

const decoder = new TextDecoder();

function viewRequest({ body, size, ...request }: KeptRequest): NonNullable<MessageDetailView["request"]> {
  return { ...request, body: decoder.decode(body), bytes: size };
}

function viewRecord(record: RequestRecord): MessageDetailView["requests"][number] {
  const { receivedAt, durationMs, afterAnswer, ...rest } = record;
  return { ...rest, receivedAt: iso(receivedAt), durationMs: whole(durationMs) };
}

function viewLimits({ limits }: Entry): MessageDetailView["limits"] {
  const { counts = [], enforced = false } = limits ?? {};
  return counts.map(({ dimension, perMs, max, used }) => ({ dimension, perMs, max, used, enforced }));
}

/** With the account that took it, else with the first that could. */
function costOf({ decision, provider }: Entry): MessageDetailView["cost"] {
  const candidates = decision?.candidates ?? [];
  const chosen = candidates.find((candidate) => candidate.provider === provider);
  return (chosen ?? candidates.find(({ plan }) => "sender" in plan))?.cost;
}

function viewDecision({
  refusedBecause,
  route,
  passedOver,
  candidates,
  text,
  segments,
}: Decision): MessageDetailView["decision"] {
  return {
    refusedBecause,
    route,
    passedOver,
    candidates: candidates.map(({ provider, share, plan }) => ({ provider, share, ...plan })),
    text,
    segments,
  };
}

function senderOf({ decision, provider }: Entry): string | undefined {
  const plan = decision?.candidates.find((candidate) => candidate.provider === provider)?.plan;
  return plan && "sender" in plan ? plan.sender : undefined;
}

function whole(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms);
}

function iso(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
