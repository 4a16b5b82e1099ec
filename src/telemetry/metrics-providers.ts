import { Gauge, type Registry } from "prom-client";
import type { BreakerState } from "../sms/event.ts";
import type { Listener } from "../sms/listener.ts";
import { addCounter, addHistogram } from "./tallies.ts";

/** What a provider's gauges show at the moment of asking. */
export interface ProviderGauges {
  breaker: BreakerState;
  inFlight: number;
}

/** What was asked of each provider, what it answered and how fast, and whether it is asked at present. */
export function addProviderMetrics(registry: Registry, providers: () => ReadonlyMap<string, ProviderGauges>): Listener {
  const countAttempt = addCounter(registry, {
    name: "sms_attempts_total",
    help: "Requests to providers by what they came to: sent, captured, or the kind of error.",
    labelNames: ["provider", "kind"],
  });
  const observeDuration = addHistogram(registry, {
    name: "sms_attempt_duration_seconds",
    help: "Time that a provider took to answer, or until it was given up.",
    labelNames: ["provider"],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 10],
  });
  addGauges(registry, providers);
  return {
    attempted({ attempt }) {
      if (!("result" in attempt)) return;
      const { provider, result, durationMs } = attempt;
      countAttempt({ provider, kind: "kind" in result ? result.kind : result.outcome });
      observeDuration({ provider }, durationMs / 1000);
    },
  };
}

const BREAKER_VALUES: Record<BreakerState, number> = { closed: 0, "half-open": 1, open: 2 };

function addGauges(registry: Registry, providers: () => ReadonlyMap<string, ProviderGauges>): void {
  const gauge = (name: string, help: string, value: (gauges: ProviderGauges) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ["provider"],
      registers: [registry],
      collect() {
        // One that left with a reload leaves the metrics, too.
        this.reset();
        for (const [provider, gauges] of providers()) this.set({ provider }, value(gauges));
      },
    });
  gauge(
    "sms_breaker_state",
    "Circuit breaker: 0 closed, 1 half-open, 2 open.",
    ({ breaker }) => BREAKER_VALUES[breaker],
  );
  gauge("sms_in_flight", "Requests to a provider that are under way.", ({ inFlight }) => inFlight);
}
