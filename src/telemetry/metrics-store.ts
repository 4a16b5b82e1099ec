import { Gauge, type Registry } from "prom-client";
import type { Listener } from "../sms/listener.ts";
import { addHistogram } from "./tallies.ts";

/** Where claims, limits and records are kept. */
export type StoreMode = "memory" | "redis";

/** Where claims and limits are kept, whether that answers, and how fast. */
export function addStoreMetrics(registry: Registry, storeMode: StoreMode): Listener {
  const mode = new Gauge({
    name: "sms_store_mode",
    help: "1 for where claims, limits and records are kept: memory of this process, or a Redis that replicas share.",
    labelNames: ["mode"],
    registers: [registry],
  });
  mode.set({ mode: storeMode }, 1);
  const degraded = new Gauge({
    name: "sms_store_degraded",
    help: "1 while the shared store is away and this process goes on with its share of the limits.",
    registers: [registry],
  });
  const observeDuration = addHistogram(registry, {
    name: "sms_store_duration_seconds",
    help: "Time that an operation of the store took with Redis; admit waits for Redis, the end of a message only for this process.",
    labelNames: ["operation"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1],
  });
  return {
    store: ({ degraded: isDegraded }) => degraded.set(isDegraded ? 1 : 0),
    stored: ({ operation, durationMs }) => observeDuration({ operation }, durationMs / 1000),
  };
}
