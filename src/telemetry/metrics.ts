import { Gauge, Registry } from "prom-client";
import type { Listener } from "../sms/listener.ts";
import { addLimitMetrics } from "./metrics-limits.ts";
import { addMessageMetrics } from "./metrics-messages.ts";
import { addProviderMetrics, type ProviderGauges } from "./metrics-providers.ts";
import { addReloadMetrics } from "./metrics-reloads.ts";
import { addStoreMetrics, type StoreMode } from "./metrics-store.ts";
import { render } from "./tallies.ts";

/** Counts for Prometheus; labels are bounded and never hold a number. */
export interface Metrics {
  listeners: readonly Listener[];
  /** The text format, as `/metrics` shows it. */
  render(): Promise<{ contentType: string; text: string }>;
}

/** What metrics show beside what is told; the functions are asked whenever they are shown. */
export interface MetricsParts {
  providers(): ReadonlyMap<string, ProviderGauges>;
  storeMode: StoreMode;
  droppedLines(): number;
  /** Milliseconds by quantile, since they were asked for before; absent when nobody measures them. */
  eventLoopDelay?: (() => ReadonlyMap<number, number>) | undefined;
}

/** The metrics of one gateway process. */
export function createMetrics({ providers, storeMode, droppedLines, eventLoopDelay }: MetricsParts): Metrics {
  const registry = new Registry();
  const listeners = [
    addMessageMetrics(registry),
    addProviderMetrics(registry, providers),
    addLimitMetrics(registry),
    addStoreMetrics(registry, storeMode),
    addReloadMetrics(registry),
  ];
  new Gauge({
    name: "sms_log_lines_dropped",
    help: "Log lines lost since the start: the reader was too slow, or the disk is full.",
    registers: [registry],
    collect() {
      this.set(droppedLines());
    },
  });
  if (eventLoopDelay) addEventLoopDelay(registry, eventLoopDelay);
  return {
    listeners,
    render: async () => ({ contentType: registry.contentType, text: await render(registry) }),
  };
}

function addEventLoopDelay(registry: Registry, delays: () => ReadonlyMap<number, number>): void {
  new Gauge({
    name: "sms_event_loop_delay_seconds",
    help: "How late the process got to its work since the last scrape; quantile 1 is the worst.",
    labelNames: ["quantile"],
    registers: [registry],
    collect() {
      for (const [quantile, ms] of delays()) this.set({ quantile }, ms / 1000);
    },
  });
}
