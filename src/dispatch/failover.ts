import { z } from "zod";
import type { Provider, Sms } from "../providers/provider.ts";
import type { Attempt, SkippedAttempt, SkipReason, TriedAttempt } from "../sms/attempt.ts";
import type { Candidate } from "../sms/decision.ts";
import type { SendResult } from "../sms/send-result.ts";
import { SingleAbort } from "../values/abort.ts";
import type { Clock } from "../values/clock.ts";
import { durationOption } from "../values/options.ts";
import { promised } from "../values/promised.ts";
import type { Random } from "../values/random.ts";
import { NOT_SENT_KINDS } from "./error-kinds.ts";
import type { Gate } from "./gate.ts";
import { lastChances, SHORTEST_ATTEMPT_MS } from "./last-chance.ts";

/** Kratos gives up after 10 s. */
const LATEST_ANSWER_MS = 9_000;

/** `failover:` of the configuration file. */
export const failoverOptions = z
  .strictObject({
    answerWithin: durationOption
      .refine((ms) => ms <= LATEST_ANSWER_MS, "Kratos gives up after 10 s: at most 9s")
      .prefault("8s")
      .describe("How long Kratos waits for an answer at most; it gives up after 10 s, so at most 9s."),
    attemptTimeout: durationOption
      .refine((ms) => ms >= SHORTEST_ATTEMPT_MS, "no vendor answers faster than that: at least 250ms")
      .prefault("3s")
      .describe("How long one provider may take for its answer; at least 250ms, and no longer than answerWithin."),
    onUnknown: z
      .enum(["next", "hold"])
      .default("next")
      .describe("When nobody knows whether a code was sent: next sends it once more, hold does not."),
  })
  .refine(({ answerWithin, attemptTimeout }) => attemptTimeout <= answerWithin, {
    error: "is longer than answerWithin, so that one attempt could take all the time",
    path: ["attemptTimeout"],
  });

/** How long and how often a message is tried. */
export type FailoverOptions = z.infer<typeof failoverOptions>;

/** One provider with what is known of its health. */
export interface Account {
  provider: Provider;
  gate: Gate;
}

/** What the loop works with. */
export interface FailoverEffects {
  accounts: ReadonlyMap<string, Account>;
  clock: Clock;
  random: Random;
}

/** One message on its way along its chain. */
export interface Journey {
  candidates: readonly Candidate[];
  sms: Omit<Sms, "attemptId">;
  /** Monotonic milliseconds. */
  startedMs: number;
  /** Monotonic milliseconds. */
  deadlineMs: number;
  /** How many results may be unknown before it ends: the person may get the message that often. */
  maxUnknown: number;
  /** Providers that the operator switched off. */
  disabled: readonly string[];
}

/**
 * Tries the candidates in order until one takes the message, one refuses it for good, or as much is unknown as may be.
 * When the pass ends without that, a last attempt may follow: see {@link lastChances}.
 *
 * @param tell hears of each attempt as soon as it has ended
 */
export async function failover(
  effects: FailoverEffects,
  options: FailoverOptions,
  journey: Journey,
  tell: (attempt: Attempt) => void,
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const tried: TriedAttempt[] = [];
  const ended = (attempt: Attempt) => {
    attempts.push(attempt);
    tell(attempt);
  };
  for (const candidate of journey.candidates) {
    const { provider } = candidate;
    const skipped = skip(effects, journey, candidate);
    const attempt = skipped ? undefined : await tryOnce(effects, options, journey, provider);
    ended(skipped ?? attempt ?? skippedFor(provider, "out-of-time"));
    if (!attempt) continue;
    tried.push(attempt);
    if (isOver(tried, journey)) return attempts;
  }
  for (const { provider, atMs } of lastChances(effects, journey, tried)) {
    await effects.clock.sleep(atMs - effects.clock.monotonicMs());
    if (effects.accounts.get(provider)?.gate.closedBecause() === "busy") {
      ended(skippedFor(provider, "busy"));
      continue;
    }
    const attempt = await tryOnce(effects, options, journey, provider);
    if (!attempt) break;
    ended(attempt);
    tried.push(attempt);
    if (isOver(tried, journey)) break;
  }
  return attempts;
}

function skip({ accounts }: FailoverEffects, { disabled }: Journey, candidate: Candidate): SkippedAttempt | undefined {
  const { provider, plan } = candidate;
  if (disabled.includes(provider)) return skippedFor(provider, "disabled");
  if ("incapable" in plan) return { provider, skipped: "incapable", detail: plan.incapable };
  const reason = accounts.get(provider)?.gate.closedBecause();
  return reason && skippedFor(provider, reason);
}

function skippedFor(provider: string, skipped: keyof typeof SKIP_DETAILS): SkippedAttempt {
  return { provider, skipped, detail: SKIP_DETAILS[skipped] };
}

/** Every reason but `incapable`, which the plan itself explains. */
const SKIP_DETAILS: Record<Exclude<SkipReason, "incapable">, string> = {
  disabled: "switched off by the operator",
  "circuit-open": "it failed too often of late",
  "cooling-down": "it asked for fewer requests",
  busy: "as many requests as it may get are under way",
  "out-of-time": "the answer to Kratos was due",
};

function isOver(tried: readonly TriedAttempt[], { maxUnknown }: Journey): boolean {
  const result = tried.at(-1)?.result;
  if (result?.outcome === "not-sent") return !NOT_SENT_KINDS[result.kind].next;
  return result?.outcome !== "unknown" || tried.filter(isUnknown).length >= maxUnknown;
}

function isUnknown({ result }: TriedAttempt): boolean {
  return result.outcome === "unknown";
}

/** One request with its share of the time; undefined when there is too little of it left. */
function tryOnce(
  { accounts, clock, random }: FailoverEffects,
  { attemptTimeout }: FailoverOptions,
  { sms, deadlineMs }: Journey,
  name: string,
): Promise<TriedAttempt> | undefined {
  const account = accounts.get(name);
  const startedMs = clock.monotonicMs();
  const startedAt = clock.wallMs();
  const timeoutMs = Math.min(attemptTimeout, deadlineMs - startedMs);
  if (!account || timeoutMs < SHORTEST_ATTEMPT_MS) return undefined;
  const attemptId = random.id();
  const deadline = new Deadline(clock, timeoutMs);
  const leave = account.gate.enter();
  const end = (result: SendResult): TriedAttempt => {
    deadline.letBe();
    leave(result);
    return { provider: name, attemptId, startedAt, result, durationMs: clock.monotonicMs() - startedMs };
  };
  const breakOff = (bug: unknown) => {
    end(BROKEN);
    throw bug;
  };
  const { to, country, text, expiresAt } = sms;
  const attempt = { attemptId, to, country, text, expiresAt };
  return promised(() => account.provider.send(attempt, deadline)).then(end, breakOff);
}

const BROKEN: SendResult = { outcome: "unknown", kind: "bad-response", detail: "a bug ended the attempt" };

const LATE_MS = 50;
const READING_MS = 50;

/**
 * Aborts when the time is up, unless it was let be. After a standstill timers run before sockets are read, where the answer
 * may lie by then.
 */
class Deadline extends SingleAbort {
  #letBe: () => void;

  constructor(clock: Clock, timeoutMs: number) {
    super();
    const startedMs = clock.monotonicMs();
    this.#letBe = clock.after(timeoutMs, () => {
      const isLate = clock.monotonicMs() - startedMs > timeoutMs + LATE_MS;
      if (isLate) this.#letBe = clock.after(READING_MS, () => this.abort());
      else this.abort();
    });
  }

  letBe(): void {
    this.#letBe();
  }
}
