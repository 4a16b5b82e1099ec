import type { Step } from "./why.ts";
import type { Attempt } from "./wire.ts";

/** What one candidate did with the message, as a step. */
export function attemptSentence(attempt: Attempt, as: string): Step {
  const { provider, skipped, outcome = "unknown", durationMs } = attempt;
  if (skipped !== undefined) {
    const because = attempt.detail || skipped.replaceAll("-", " ");
    return { state: "skipped", says: `${provider} is skipped: ${because}.` };
  }
  const [state, verb] = VERBS[outcome];
  const why = [attempt.kind, attempt.vendorCode, attempt.detail].filter(Boolean).join(", ");
  const says = `${provider}${as} ${verb}${why ? `: ${why}` : ""}.`;
  return { state, says, ...(durationMs !== undefined && { ms: durationMs }) };
}

const VERBS: Record<NonNullable<Attempt["outcome"]>, [state: Step["state"], verb: string]> = {
  captured: ["chosen", "is chosen; the inbox took the message"],
  sent: ["chosen", "is chosen and accepted it"],
  "not-sent": ["warn", "did not send it"],
  unknown: ["warn", "may have sent it, nobody knows"],
};
