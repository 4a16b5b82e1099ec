import { z } from "zod";
import type { Provider, Sms } from "../providers/provider.ts";
import type { Attempt, TriedAttempt } from "../sms/attempt.ts";
import type { Candidate } from "../sms/decision.ts";
import type { Clock } from "../values/clock.ts";
import { durationOption } from "../values/options.ts";
import type { Random } from "../values/random.ts";
import { ERROR_KINDS } from "./error-kinds.ts";

/** `failover:` of the configuration file. */
export const failoverOptions = z.strictObject({
  /** Kratos gives up after 10 s. */
  answerWithin: durationOption.default(8_000),
  attemptTimeout: durationOption.default(3_000),
  /** Whether a code is tried once more when nobody knows whether the first try was sent. */
  onUnknown: z.enum(["next", "hold"]).default("next"),
});

/** How long and how often a message is tried. */
export type FailoverOptions = z.infer<typeof failoverOptions>;

/** What the loop works with. */
export interface FailoverEffects {
  providers: ReadonlyMap<string, Provider>;
  clock: Clock;
  random: Random;
}

/** Under this much time left, an attempt could only end in not knowing. */
const SHORTEST_ATTEMPT_MS = 250;

/**
 * Tries the candidates in order until one takes the message, one refuses it for good, or nothing is left to try.
 * After an unknown result at most one more may follow, and none when `repeatUnknown` is false.
 *
 * @param deadlineMs monotonic milliseconds
 */
export async function* failover(
  { providers, clock, random }: FailoverEffects,
  options: FailoverOptions,
  candidates: readonly Candidate[],
  sms: Omit<Sms, "attemptId">,
  { deadlineMs, repeatUnknown }: { deadlineMs: number; repeatUnknown: boolean },
): AsyncGenerator<Attempt> {
  let unknownsLeft = repeatUnknown && options.onUnknown === "next" ? 2 : 1;
  for (const { provider: name, plan } of candidates) {
    if ("incapable" in plan) {
      yield { provider: name, skipped: "incapable", detail: plan.incapable };
      continue;
    }
    const provider = providers.get(name);
    const timeoutMs = Math.min(options.attemptTimeout, deadlineMs - clock.monotonicMs());
    if (!provider || timeoutMs < SHORTEST_ATTEMPT_MS) return;
    const attempt = await tryOnce(provider, { ...sms, attemptId: random.id() }, timeoutMs, clock);
    yield attempt;
    if (isAccepted(attempt) || isFinal(attempt)) return;
    if (attempt.result.outcome === "unknown" && --unknownsLeft === 0) return;
  }
}

/** Whether a provider took the message. */
export function isAccepted(attempt: Attempt): boolean {
  return "result" in attempt && (attempt.result.outcome === "sent" || attempt.result.outcome === "captured");
}

function isFinal({ result }: TriedAttempt): boolean {
  return result.outcome === "not-sent" && !ERROR_KINDS[result.kind].next;
}

async function tryOnce(provider: Provider, sms: Sms, timeoutMs: number, clock: Clock): Promise<TriedAttempt> {
  const startedMs = clock.monotonicMs();
  const deadline = new AbortController();
  const finished = new AbortController();
  void clock.sleep(timeoutMs, finished.signal).then(() => deadline.abort());
  const result = await provider.send(sms, deadline.signal);
  finished.abort();
  return { provider: provider.name, attemptId: sms.attemptId, result, durationMs: clock.monotonicMs() - startedMs };
}
