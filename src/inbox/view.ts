import type { z } from "@hono/zod-openapi";
import type { Attempt } from "../sms/attempt.ts";
import type { Decision } from "../sms/decision.ts";
import type { codeSchema, messageDetailSchema, messageListSchema, messageSchema } from "./api-schemas.ts";
import type { Refusal } from "./changes.ts";
import { formatCursor } from "./cursor.ts";
import type { Entry } from "./entry.ts";
import type { Insight } from "./insight.ts";

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
    durationMs: entry.durationMs === undefined ? undefined : Math.round(entry.durationMs),
    repeatCount: entry.repeatCount,
    consumed: entry.taken,
    truncated: entry.clipped,
  };
}

/** An entry with everything known of it. */
export function viewDetail(entry: Entry): Omit<MessageDetailView, keyof Insight> {
  return {
    ...viewMessage(entry),
    locales: entry.message.locales,
    domain: entry.message.domain,
    decision: entry.decision && viewDecision(entry.decision),
    attempts: entry.attempts.map(viewAttempt),
    repeats: entry.repeats.map(({ at, messageId }) => ({ receivedAt: iso(at), id: messageId })),
    request: entry.request,
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
export function viewRefusal({ at, ...refusal }: Refusal): z.infer<typeof messageListSchema>["refusals"][number] {
  return { at: iso(at), ...refusal };
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
    candidates: candidates.map(({ provider, plan }) => ({ provider, ...plan })),
    text,
    segments,
  };
}

function senderOf({ decision, provider }: Entry): string | undefined {
  const plan = decision?.candidates.find((candidate) => candidate.provider === provider)?.plan;
  return plan && "sender" in plan ? plan.sender : undefined;
}

function iso(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
