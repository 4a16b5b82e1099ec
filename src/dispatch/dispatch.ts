import type { Attempt } from "../sms/attempt.ts";
import type { Decision } from "../sms/decision.ts";
import type { Tell } from "../sms/event.ts";
import type { Message } from "../sms/message.ts";
import type { Outcome } from "../sms/outcome.ts";
import type { ClaimResult, Store } from "../store/store.ts";
import type { Keyed } from "../values/keyed.ts";
import { fingerprint, keepMs, takeClaim } from "./claim.ts";
import { conclude } from "./conclude.ts";
import { decide, type Rules } from "./decide.ts";
import { type FailoverEffects, type FailoverOptions, failover } from "./failover.ts";

/** All that sending a message needs. */
export interface DispatchParts extends FailoverEffects {
  rules: Rules;
  failover: FailoverOptions;
  store: Store;
  keyed: Keyed;
  tell: Tell;
}

/** Brings one message to its end and says what became of it. */
export type Dispatch = (message: Message) => Promise<Outcome>;

/** The use case: decide, claim, try the chain, settle. */
export function createDispatch(parts: DispatchParts): Dispatch {
  const { rules, clock, tell } = parts;
  return async function dispatch(message) {
    const startedMs = clock.monotonicMs();
    const decision = decide(rules, message);
    tell({ type: "decided", message, decision });
    const outcome = decision.refusedBecause
      ? ({ name: "rejected", messageId: message.id, reason: decision.refusedBecause, attempts: [] } satisfies Outcome)
      : await deliver(parts, message, decision, startedMs + parts.failover.answerWithin);
    tell({ type: "settled", message, decision, outcome, durationMs: clock.monotonicMs() - startedMs });
    return outcome;
  };
}

async function deliver(
  parts: DispatchParts,
  message: Message,
  decision: Decision,
  deadlineMs: number,
): Promise<Outcome> {
  const claim = { fingerprint: fingerprint(parts.keyed, message), owner: message.id };
  const earlier = await takeClaim(parts, claim.fingerprint, message, deadlineMs);
  if (earlier) return repeat(earlier);
  let outcome: Outcome = { name: "failed", messageId: message.id, attempts: [] };
  try {
    outcome = conclude(message.id, await tryChain(parts, message, decision, deadlineMs));
  } finally {
    const result = {
      outcome: outcome.name,
      messageId: message.id,
      ...(outcome.provider && { provider: outcome.provider }),
    };
    await parts.store.settle({ ...claim, result, keepMs: keepMs(message, outcome.name) });
  }
  return outcome;
}

async function tryChain(
  parts: DispatchParts,
  message: Message,
  decision: Decision,
  deadlineMs: number,
): Promise<Attempt[]> {
  const { to, country, expiresAt } = message;
  const sms = { to, country, text: decision.text, ...(expiresAt !== undefined && { expiresAt }) };
  const limits = { deadlineMs, repeatUnknown: message.code !== undefined };
  const attempts: Attempt[] = [];
  for await (const attempt of failover(parts, parts.failover, decision.candidates, sms, limits)) {
    attempts.push(attempt);
    parts.tell({ type: "attempted", message, attempt });
  }
  return attempts;
}

function repeat({ outcome, messageId, provider }: ClaimResult): Outcome {
  const name = outcome === "failed" ? "failed" : "duplicate";
  return {
    name,
    messageId,
    ...(provider && { provider }),
    reason: `repeats a message that was ${outcome}`,
    attempts: [],
  };
}
