import type { TriedAttempt } from "../sms/attempt.ts";
import type { FailoverEffects, Journey } from "./failover.ts";

/** An attempt that a message may still get, and when. */
export interface Chance {
  provider: string;
  /** Monotonic milliseconds. */
  atMs: number;
}

const PAUSE_MS = 100;
const PAUSE_JITTER_MS = 200;
/** Later than this, Kratos asking again serves the person as well. */
const LATEST_MS = 3_000;
/** Under this much time left, an attempt could only end in not knowing. */
export const SHORTEST_ATTEMPT_MS = 250;

/**
 * After a pass in which nobody took the message: nobody was asked, since all are in trouble → each of them once, the one
 * that is ready first before the others; one result was unknown and a second may be → the same provider; nothing was
 * sent and somebody was down or throttled → the one of those that is ready first, after a short pause.
 */
export function lastChances(effects: FailoverEffects, journey: Journey, tried: readonly TriedAttempt[]): Chance[] {
  const nowMs = effects.clock.monotonicMs();
  if (tried.length === 0) {
    return byReadiness(effects, troubled(effects, journey)).map((provider) => ({ provider, atMs: nowMs }));
  }
  const afterPauseMs = nowMs + PAUSE_MS + PAUSE_JITTER_MS * effects.random.fraction();
  const unknown = tried.filter(({ result }) => result.outcome === "unknown");
  const again = (unknown.length > 0 ? unknown : tried.filter(isPassing)).map(({ provider }) => provider);
  const [provider] = byReadiness(effects, again);
  if (provider === undefined) return [];
  const atMs = Math.max(afterPauseMs, readyAtMs(effects, provider));
  const worthwhileMs = unknown.length > 0 ? afterPauseMs : journey.startedMs + LATEST_MS;
  return atMs <= Math.min(worthwhileMs, journey.deadlineMs - SHORTEST_ATTEMPT_MS) ? [{ provider, atMs }] : [];
}

/** Those that could take the message but for a breaker or a cool-down. */
function troubled({ accounts }: FailoverEffects, { candidates, disabled }: Journey): string[] {
  return candidates
    .filter(({ provider, plan }) => !disabled.includes(provider) && !("incapable" in plan))
    .map(({ provider }) => provider)
    .filter((provider) => accounts.get(provider)?.gate.closedBecause() !== "busy");
}

function isPassing({ result }: TriedAttempt): boolean {
  return result.outcome === "not-sent" && (result.kind === "unavailable" || result.kind === "rate-limited");
}

function byReadiness(effects: FailoverEffects, providers: string[]): string[] {
  return [...providers].sort((a, b) => readyAtMs(effects, a) - readyAtMs(effects, b));
}

function readyAtMs({ accounts }: FailoverEffects, provider: string): number {
  return accounts.get(provider)?.gate.readyAtMs() ?? Number.POSITIVE_INFINITY;
}
