import type { SkipReason } from "../sms/attempt.ts";
import type { BreakerState, Tell } from "../sms/event.ts";
import type { SendResult } from "../sms/send-result.ts";
import type { Clock } from "../values/clock.ts";
import type { Random } from "../values/random.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";
import { createCoolDown } from "./cool-down.ts";
import { breakerVerdict } from "./error-kinds.ts";

/** What a provider's gate shows to the operator. */
export interface GateStatus {
  breaker: BreakerState;
  /** Milliseconds until it may be asked again; 0 when it may now, or as soon as the probe under way has ended. */
  waitMs: number;
  inFlight: number;
}

/** Whether a provider is asked at present; learns from every attempt. */
export interface Gate {
  /** Why it is not; undefined when it is. */
  closedBecause(): Extract<SkipReason, "busy" | "circuit-open" | "cooling-down"> | undefined;
  /** Monotonic milliseconds from which on it may be asked; in the past when it may at once. */
  readyAtMs(): number;
  /** So many attempts may be under way from now on. */
  allow(maxInFlight: number): void;
  /** An attempt begins; call the answer with its result. */
  enter(): (result: SendResult) => void;
  status(): GateStatus;
}

/** What gates are made of. */
export interface GateEffects {
  clock: Clock;
  random: Random;
  tell: Tell;
}

/** The gate of one provider. */
export function createGate(provider: string, mostInFlight: number, { clock, random, tell }: GateEffects): Gate {
  const breaker = createCircuitBreaker(clock, random, (state) => tell({ type: "breaker", provider, state }));
  const coolDown = createCoolDown(clock);
  let maxInFlight = mostInFlight;
  let inFlight = 0;
  const readyAtMs = () => Math.max(breaker.readyAtMs(), coolDown.readyAtMs());

  function learn(result: SendResult): void {
    if (result.outcome === "sent") coolDown.accepted();
    if (result.outcome === "not-sent" && result.kind === "rate-limited") coolDown.throttled(result.retryAfterMs);
  }

  return {
    closedBecause() {
      const nowMs = clock.monotonicMs();
      if (inFlight >= maxInFlight) return "busy";
      if (breaker.readyAtMs() > nowMs) return "circuit-open";
      return coolDown.readyAtMs() > nowMs ? "cooling-down" : undefined;
    },
    readyAtMs,
    allow(most) {
      maxInFlight = most;
    },
    enter() {
      inFlight += 1;
      const end = breaker.begin();
      return (result) => {
        inFlight -= 1;
        end(breakerVerdict(result));
        learn(result);
      };
    },
    status() {
      const waitMs = readyAtMs() - clock.monotonicMs();
      return {
        breaker: breaker.state(),
        waitMs: Number.isFinite(waitMs) ? Math.max(0, Math.round(waitMs)) : 0,
        inFlight,
      };
    },
  };
}
