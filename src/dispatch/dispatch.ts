import type { PumpingWatch } from "../guard/pumping-watch.ts";
import { readable } from "../guard/spend.ts";
import type { Attempt } from "../sms/attempt.ts";
import type { Decision } from "../sms/decision.ts";
import type { Count, Tell } from "../sms/event.ts";
import type { Message, MessageId } from "../sms/message.ts";
import { numberTag } from "../sms/number-tag.ts";
import { type Outcome, UNSPENT } from "../sms/outcome.ts";
import type { Bucket, ClaimResult, Store } from "../store/store.ts";
import type { Keyed } from "../values/keyed.ts";
import { type AllowanceRules, allowanceOf } from "./allowance.ts";
import { fingerprint, holdLease, keepMs, type Taken, takeClaim } from "./claim.ts";
import { conclude } from "./conclude.ts";
import { decide, type Rules } from "./decide.ts";
import { type FailoverEffects, type FailoverOptions, failover, type Journey } from "./failover.ts";
import { recordOf } from "./record.ts";

/** All that sending a message needs. */
export interface DispatchParts extends FailoverEffects {
  rules: Rules;
  failover: FailoverOptions;
  allowance: AllowanceRules;
  pumping: Pick<PumpingWatch, "look">;
  store: Store;
  keyed: Keyed;
  tell: Tell;
  /** So many messages may be under way; a further one is shed at once. */
  maxRunning: number;
  /** How many are under way, also by whoever else shares the count. */
  running?: { count: number };
  /** The end of a message that shall not be sent, whatever else holds; absent in live mode. */
  preempt?(message: Message, decision: Decision): Pick<Outcome, "name" | "reason"> | undefined;
}

/** Brings one message to its end and says what became of it. */
export type Dispatch = (message: Message) => Promise<Outcome>;

/** The use case: decide, claim, try the chain, settle, record. */
export function createDispatch(parts: DispatchParts): Dispatch {
  const { rules, clock, tell, store, keyed, running = { count: 0 } } = parts;
  return async function dispatch(message) {
    const startedMs = clock.monotonicMs();
    const tag = numberTag(keyed, message.to);
    const decision = decide(rules, message);
    tell({ type: "decided", message, decision });
    running.count += 1;
    let outcome: Outcome;
    try {
      outcome = await bringToEnd(parts, message, tag, decision, startedMs, running.count);
    } finally {
      running.count -= 1;
    }
    const durationMs = clock.monotonicMs() - startedMs;
    tell({ type: "settled", message, tag, decision, outcome, durationMs });
    if (outcome.messageId !== message.id) await store.recordRepeat(outcome.messageId);
    else await store.record(recordOf(message, tag, decision, outcome, durationMs));
    return outcome;
  };
}

async function bringToEnd(
  parts: DispatchParts,
  message: Message,
  tag: string,
  decision: Decision,
  startedMs: number,
  running: number,
): Promise<Outcome> {
  const { id: messageId } = message;
  const preempted = parts.preempt?.(message, decision);
  if (preempted) return { ...preempted, messageId, attempts: [] };
  if (decision.refusedBecause) return { name: "rejected", messageId, reason: decision.refusedBecause, attempts: [] };
  if (running > parts.maxRunning) return { name: "shed", messageId, reason: "too many are under way", attempts: [] };
  const deadlineMs = startedMs + parts.failover.answerWithin;
  const { buckets, unused } = allowanceOf(parts.allowance, parts.keyed, message, tag, decision);
  const claim = { fingerprint: fingerprint(parts.keyed, message), owner: messageId };
  const taken = await takeClaim(parts, claim, { buckets, enforce: parts.allowance.enforce }, deadlineMs);
  if (taken.state === "settled") return repeat(taken.result);
  tellCounts(parts, message, buckets, taken);
  const stoppedBy = parts.pumping.look(message);
  if (taken.state === "limited") return suppressed(messageId, `over the limit: ${taken.dimension}`);
  if (stoppedBy) parts.tell({ type: "limited", message, dimension: stoppedBy, enforced: true });
  const letGo = holdLease(parts, claim.fingerprint, message);
  let outcome: Outcome = { name: "failed", messageId, attempts: [] };
  try {
    if (stoppedBy) outcome = suppressed(messageId, `pumping alarm: ${stoppedBy}`);
    else {
      const times = { startedMs, deadlineMs };
      outcome = conclude(messageId, await travel(parts, message, decision, times, taken.disabled));
    }
  } finally {
    letGo();
    await parts.store.settle({
      fingerprint: claim.fingerprint,
      owner: messageId,
      result: resultOf(outcome),
      keepMs: keepMs(message, outcome.name),
      giveBack: unused(outcome),
    });
  }
  return outcome;
}

function suppressed(messageId: MessageId, reason: string): Outcome {
  return { name: "suppressed", messageId, reason, attempts: [] };
}

function tellCounts(
  { tell, allowance }: Pick<DispatchParts, "tell" | "allowance">,
  message: Message,
  buckets: readonly Bucket[],
  taken: Exclude<Taken, { state: "settled" }>,
): void {
  const counts = countsOf(buckets, taken.fills);
  tell({ type: "counted", message, counts, enforced: allowance.enforce });
  const enforced = taken.state === "limited";
  const dimension = enforced ? taken.dimension : counts.find(({ fill }) => fill > 1)?.dimension;
  if (dimension) tell({ type: "limited", message, dimension, enforced });
}

function countsOf(buckets: readonly Bucket[], fills: readonly number[]): Count[] {
  return buckets.map(({ dimension, perMs, max }, index) => {
    const fill = fills[index] ?? 0;
    return { dimension, perMs, fill, max: readable(dimension, max), used: readable(dimension, Math.round(fill * max)) };
  });
}

async function travel(
  parts: DispatchParts,
  message: Message,
  { candidates, text }: Decision,
  { startedMs, deadlineMs }: Pick<Journey, "startedMs" | "deadlineMs">,
  disabled: readonly string[],
): Promise<Attempt[]> {
  const { to, country, expiresAt } = message;
  const sms = { to, country, text, expiresAt };
  const maxUnknown = message.code && parts.failover.onUnknown === "next" ? 2 : 1;
  const attempts: Attempt[] = [];
  await failover(parts, parts.failover, { candidates, sms, startedMs, deadlineMs, maxUnknown, disabled }, (attempt) => {
    attempts.push(attempt);
    parts.tell({ type: "attempted", message, attempt });
  });
  return attempts;
}

function resultOf({ name, messageId, provider }: Outcome): ClaimResult {
  return { outcome: name, messageId, provider };
}

function repeat({ outcome, messageId, provider }: ClaimResult): Outcome {
  const name = UNSPENT.includes(outcome) ? outcome : "duplicate";
  return { name, messageId, provider, reason: `repeats a message that was ${outcome}`, attempts: [] };
}
