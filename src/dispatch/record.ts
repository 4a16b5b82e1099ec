import type { Decision } from "../sms/decision.ts";
import type { Message } from "../sms/message.ts";
import { maskNumber } from "../sms/number-tag.ts";
import type { Outcome } from "../sms/outcome.ts";
import type { MessageRecord } from "../store/store.ts";

/** What the operator may know of a message a day later. */
export function recordOf(
  message: Message,
  tag: string,
  decision: Decision,
  outcome: Outcome,
  durationMs: number,
): MessageRecord {
  const { id, to, country, template, receivedAt } = message;
  return {
    id,
    tag,
    maskedTo: maskNumber(to),
    country,
    template,
    receivedAt,
    outcome: outcome.name,
    reason: outcome.reason,
    route: decision.route,
    provider: outcome.provider,
    attempts: outcome.attempts,
    durationMs: Math.round(durationMs),
    repeats: 0,
  };
}
