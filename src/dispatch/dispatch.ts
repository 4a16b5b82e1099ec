import type { PumpingWatch } from "../guard/pumping-watch.ts";
import { readable } from "../guard/spend.ts";
import type { Attempt } from "../sms/attempt.ts";
import type { Decision } from "../sms/decision.ts";
import type { Count, Tell } from "../sms/event.ts";
import type { Message, MessageId } from "../sms/message.ts";
import { numberTag } from "../sms/number-tag.ts";
import { type Outcome, type OutcomeName, UNSPENT } from "../sms/outcome.ts";
import {
  type Bucket,
  type ClaimResult,
  type SettleRequest,
  type Store,
  type WrittenRecord,
  writeRecord,
} from "../store/store.ts";
import type { Keyed } from "../values/keyed.ts";
import { type Allow, type AllowanceRules, createAllow } from "./allowance.ts";
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

/** The use case: decide, claim, try the chain, settle. */
export function createDispatch(parts: DispatchParts): Dispatch {
  const { rules, clock, tell, store, keyed, running = { count: 0 } } = parts;
  const tools: DispatchTools = { ...parts, allow: createAllow(parts.allowance, keyed) };
  return async function dispatch(message) {
    const startedMs = clock.monotonicMs();
    const tag = numberTag(keyed, message.to);
    const decision = decide(rules, message);
    tell({ type: "decided", message, decision });
    running.count += 1;
    let end: End;
    try {
      end = await bringToEnd(tools, message, tag, decision, startedMs, running.count);
    } finally {
      running.count -= 1;
    }
    const { outcome, settleAs } = end;
    const durationMs = clock.monotonicMs() - startedMs;
    const record = recordOf(message, tag, decision, outcome, durationMs);
    try {
      tell({ type: "settled", message, tag, decision, outcome, durationMs });
    } finally {
      // Whatever a listener did: a claim that stayed open would let the message be sent again.
      if (outcome.messageId !== message.id) await store.recordRepeat(outcome.messageId);
      else if (settleAs) await store.settle(settleAs(outcome, writeRecord(record)));
      else await store.record(writeRecord(record));
    }
    return outcome;
  };
}

/** What became of a message, and how to end the claim if it took one. */
interface End {
  outcome: Outcome;
  settleAs?: (outcome: Outcome, record?: WrittenRecord) => SettleRequest;
}

/** What one message after the other is brought to its end with. */
interface DispatchTools extends DispatchParts {
  allow: Allow;
}

async function bringToEnd(
  parts: DispatchTools,
  message: Message,
  tag: string,
  decision: Decision,
  startedMs: number,
  running: number,
): Promise<End> {
  const { id: messageId } = message;
  const stopped = stopAtOnce(parts, message, decision, running);
  if (stopped) return stopped;
  const deadlineMs = startedMs + parts.failover.answerWithin;
  const { buckets, unused } = parts.allow(message, tag, decision);
  const claim = { fingerprint: fingerprint(parts.keyed, message), owner: messageId };
  const taken = await takeClaim(parts, claim, { buckets, enforce: parts.allowance.enforce }, deadlineMs);
  if (taken.state === "settled") return { outcome: repeat(taken.result) };
  tellCounts(parts, message, buckets, taken);
  const stoppedBy = parts.pumping.look(message);
  if (taken.state === "limited") return unsent(messageId, "suppressed", `over the limit: ${taken.dimension}`);
  if (stoppedBy) parts.tell({ type: "limited", message, dimension: stoppedBy, enforced: true });
  const settleAs: End["settleAs"] = (outcome, record) => ({
    fingerprint: claim.fingerprint,
    owner: messageId,
    result: { outcome: outcome.name, messageId: outcome.messageId, provider: outcome.provider },
    keepMs: keepMs(message, outcome.name),
    giveBack: unused(outcome),
    record,
  });
  if (stoppedBy) return { ...unsent(messageId, "suppressed", `pumping alarm: ${stoppedBy}`), settleAs };
  const letGo = holdLease(parts, claim.fingerprint, message);
  try {
    const journey = { startedMs, deadlineMs, disabled: taken.disabled };
    return { outcome: conclude(messageId, await travel(parts, message, decision, journey)), settleAs };
  } catch (bug) {
    await parts.store.settle(settleAs(unsent(messageId, "failed").outcome));
    throw bug;
  } finally {
    letGo();
  }
}

/** The end of a message that needs no claim to end. */
function stopAtOnce(parts: DispatchParts, message: Message, decision: Decision, running: number): End | undefined {
  const preempted = parts.preempt?.(message, decision);
  if (preempted) return unsent(message.id, preempted.name, preempted.reason);
  if (decision.refusedBecause) return unsent(message.id, "rejected", decision.refusedBecause);
  return running > parts.maxRunning ? unsent(message.id, "shed", "too many are under way") : undefined;
}

function unsent(messageId: MessageId, name: OutcomeName, reason?: string): End {
  return { outcome: { name, messageId, reason, attempts: [] } };
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

function travel(
  parts: DispatchParts,
  message: Message,
  { candidates, text }: Decision,
  { startedMs, deadlineMs, disabled }: Pick<Journey, "startedMs" | "deadlineMs" | "disabled">,
): Promise<Attempt[]> {
  const { to, country, expiresAt } = message;
  const sms = { to, country, text, expiresAt };
  const maxUnknown = message.code && parts.failover.onUnknown === "next" ? 2 : 1;
  const journey = { candidates, sms, startedMs, deadlineMs, maxUnknown, disabled };
  return failover(parts, parts.failover, journey, (attempt) => parts.tell({ type: "attempted", message, attempt }));
}

function repeat({ outcome, messageId, provider }: ClaimResult): Outcome {
  const name = UNSPENT.includes(outcome) ? outcome : "duplicate";
  return { name, messageId, provider, reason: `repeats a message that was ${outcome}`, attempts: [] };
}
