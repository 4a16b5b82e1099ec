import type { Attempt } from "../sms/attempt.ts";
import type { MessageId } from "../sms/message.ts";
import type { Outcome } from "../sms/outcome.ts";
import { NOT_SENT_KINDS } from "./error-kinds.ts";

/** Why a message is rejected that no provider of its chain has a sender for. */
export const NOBODY_CAPABLE = "no provider of the chain can send it";

/**
 * What all attempts together come to. An unknown that no acceptance follows is `ambiguous`, never `failed`: a caller
 * that tried again could be sent the message over and over.
 */
export function conclude(messageId: MessageId, attempts: Attempt[]): Outcome {
  const last = attempts.at(-1);
  const end = last && "result" in last ? last.result.outcome : undefined;
  if (last && (end === "sent" || end === "captured")) {
    return { name: end, messageId, provider: last.provider, reason: undefined, attempts };
  }
  const results = attempts.flatMap((attempt) => ("result" in attempt ? [attempt.result] : []));
  if (results.some((result) => result.outcome === "unknown")) {
    return { name: "ambiguous", messageId, reason: "nobody can know whether it was sent", attempts };
  }
  const refusals = results.flatMap((result) => (result.outcome === "not-sent" ? [result] : []));
  const final = refusals.find((refusal) => !NOT_SENT_KINDS[refusal.kind].next);
  if (final) return { name: "rejected", messageId, reason: final.kind, attempts };
  if (isAllBusy(attempts)) return { name: "shed", messageId, reason: "every provider is busy", attempts };
  const keptAway = attempts.some((attempt) => "skipped" in attempt && attempt.skipped !== "incapable");
  if (keptAway || refusals.some((refusal) => NOT_SENT_KINDS[refusal.kind].passing)) {
    return { name: "failed", messageId, reason: "no provider could take it", attempts };
  }
  const reason = refusals.length > 0 ? "every provider refused it" : NOBODY_CAPABLE;
  return { name: "rejected", messageId, reason, attempts };
}

/** Overload, not failure: nobody was asked, and every provider that could be has as much under way as it may. */
function isAllBusy(attempts: readonly Attempt[]): boolean {
  const ends = attempts.map((attempt) => ("skipped" in attempt ? attempt.skipped : "asked"));
  const usable = ends.filter((end) => end !== "incapable" && end !== "disabled");
  return usable.length > 0 && usable.every((end) => end === "busy");
}
