import type { TriedAttempt } from "../sms/attempt.ts";
import type { FailoverEffects, Journey } from "./failover.ts";

/** The one more attempt that a message may get, and when. */
export interface Chance {
  provider: string;
  /** Monotonic milliseconds. */
  atMs: number;
}

const PAUSE_MS = 100;
const PAUSE_JITTER_MS = 200;
/** Later than this, Kratos asking again serves the person as well. */
const LATEST_MS = 3_000;

/**
 * After a pass in which nobody took the message: nobody was asked, since all are in trouble → the one that is ready
 * first; one result was unknown and a second may be → the same provider; nothing was sent and somebody was down or
 * throttled → the one of those that is ready first, after a short pause.
 */
export function lastChance(
  effects: FailoverEffects,
  journey: Journey,
  tried: readonly TriedAttempt[],
): Chance | undefined {
  const nowMs = effects.clock.monotonicMs();
  if (tried.length === 0) return readiest(effects, troubled(effects, journey), nowMs);
  const afterPauseMs = nowMs + PAUSE_MS + PAUSE_JITTER_MS * effects.random.fraction();
  const unknown = tried.filter(({ result }) => result.outcome === "unknown");
  const again = (unknown.length > 0 ? unknown : tried.filter(isPassing)).map(({ provider }) => provider);
  const chance = readiest(effects, again, afterPauseMs);
  if (!chance) return undefined;
  const atMs = Math.max(afterPauseMs, readyAtMs(effects, chance.provider));
  const latestMs = unknown.length > 0 ? afterPauseMs : journey.startedMs + LATEST_MS;
  return atMs <= latestMs ? { ...chance, atMs } : undefined;
}

/** Those that could take the message but for a breaker or a cool-down. */
function troubled({ accounts }: FailoverEffects, { candidates, disabled }: Journey): string[] {
  return candidates
    .filter(({ provider, plan }) => !disabled.has(provider) && !("incapable" in plan))
    .map(({ provider }) => provider)
    .filter((provider) => accounts.get(provider)?.gate.closedBecause() !== "busy");
}

function isPassing({ result }: TriedAttempt): boolean {
  return result.outcome === "not-sent" && (result.kind === "unavailable" || result.kind === "rate-limited");
}

function readiest(effects: FailoverEffects, providers: string[], atMs: number): Chance | undefined {
  const [provider] = [...providers].sort((a, b) => readyAtMs(effects, a) - readyAtMs(effects, b));
  return provider === undefined ? undefined : { provider, atMs };
}

function readyAtMs({ accounts }: FailoverEffects, provider: string): number {
  return accounts.get(provider)?.gate.readyAtMs() ?? Number.POSITIVE_INFINITY;
}
