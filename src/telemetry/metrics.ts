import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { BreakerState, Tell } from "../sms/event.ts";
import type { SendResult } from "../sms/send-result.ts";

const MAX_TEMPLATES = 50;

/** Counts for Prometheus; labels are bounded and never hold a number. */
export interface Metrics {
  tell: Tell;
  /** The text format, as `/metrics` shows it. */
  render(): Promise<{ contentType: string; text: string }>;
}

/** What a provider's gauges show at the moment of asking. */
export interface ProviderGauges {
  breaker: BreakerState;
  inFlight: number;
}

/** The metrics of one gateway process; `providers` and `droppedLines` are asked whenever they are shown. */
export function createMetrics(providers: () => Map<string, ProviderGauges>, droppedLines: () => number): Metrics {
  const registry = new Registry();
  const messages = new Counter({
    name: "sms_messages_total",
    help: "Messages by what became of them.",
    labelNames: ["outcome", "template", "country"],
    registers: [registry],
  });
  const attempts = new Counter({
    name: "sms_attempts_total",
    help: "Requests to providers by what they came to: sent, captured, or the kind of error.",
    labelNames: ["provider", "kind"],
    registers: [registry],
  });
  const duration = new Histogram({
    name: "sms_request_duration_seconds",
    help: "Time from a message's arrival to its answer.",
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 10],
    registers: [registry],
  });
  addProviderGauges(registry, providers);
  new Gauge({
    name: "sms_log_lines_dropped",
    help: "Log lines lost since the start: the reader was too slow, or the disk is full.",
    registers: [registry],
    collect() {
      this.set(droppedLines());
    },
  });
  const countLimits = addLimitMetrics(registry);
  const degraded = new Gauge({
    name: "sms_store_degraded",
    help: "1 while the shared store is away and this process goes on with its share of the limits.",
    registers: [registry],
  });
  const boundedTemplate = createBoundedLabel(MAX_TEMPLATES);

  const tell: Tell = (event) => {
    if (event.type === "refused") messages.inc({ outcome: event.outcome, template: "", country: "" });
    if (event.type === "attempted" && "result" in event.attempt) {
      attempts.inc({ provider: event.attempt.provider, kind: kindOf(event.attempt.result) });
    }
    countLimits(event);
    if (event.type === "store") degraded.set(event.degraded ? 1 : 0);
    if (event.type === "settled") {
      const { message, outcome, durationMs } = event;
      messages.inc({ outcome: outcome.name, template: boundedTemplate(message.template), country: message.country });
      duration.observe(durationMs / 1000);
    }
  };
  return { tell, render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }) };
}

function addLimitMetrics(registry: Registry): Tell {
  const limited = new Counter({
    name: "sms_limited_total",
    help: "Messages over a limit, by what it limits and whether it stopped them.",
    labelNames: ["dimension", "enforced"],
    registers: [registry],
  });
  const spendRatio = new Gauge({
    name: "sms_spend_ratio",
    help: "How much of a cap is spent, 1 for all of it; of caps per country the one that was counted last.",
    labelNames: ["dimension"],
    registers: [registry],
  });
  const alarms = new Counter({
    name: "sms_pumping_alarms_total",
    help: "Alarms that somebody pumps messages, by rule and country; one each time it starts.",
    labelNames: ["rule", "country"],
    registers: [registry],
  });
  return (event) => {
    if (event.type === "pumping" && event.state === "started") {
      alarms.inc({ rule: event.alarm.rule, country: event.alarm.country });
    }
    if (event.type === "limited") limited.inc({ dimension: event.dimension, enforced: String(event.enforced) });
    if (event.type !== "counted") return;
    for (const { dimension, fill } of event.counts) {
      if (dimension.startsWith("spend")) spendRatio.set({ dimension }, fill);
    }
  };
}

const BREAKER_VALUES: Record<BreakerState, number> = { closed: 0, "half-open": 1, open: 2 };

function addProviderGauges(registry: Registry, providers: () => Map<string, ProviderGauges>): void {
  const gauge = (name: string, help: string, value: (gauges: ProviderGauges) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ["provider"],
      registers: [registry],
      collect() {
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

function kindOf(result: SendResult): string {
  return "kind" in result ? result.kind : result.outcome;
}

/** Keeps the first `max` values and calls every later one `other`: what a caller can invent must not grow the metrics. */
function createBoundedLabel(max: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.size < max) seen.add(value);
    return seen.has(value) ? value : "other";
  };
}
