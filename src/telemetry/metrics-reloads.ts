import { Counter, Gauge, type Registry } from "prom-client";
import type { Listener } from "../sms/listener.ts";

/** How often the configuration was read anew, and whether it could be used. */
export function addReloadMetrics(registry: Registry): Listener {
  const reloads = new Counter({
    name: "sms_reloads_total",
    help: "How often the configuration was read anew while running, and whether it was applied or refused.",
    labelNames: ["result"],
    registers: [registry],
  });
  // From the first on: a rate over a series that begins with its first event never sees that one.
  for (const result of ["applied", "refused"]) reloads.inc({ result }, 0);
  const isInForce = new Gauge({
    name: "sms_last_reload_successful",
    help: "1 while what was read last is in force, 0 while an older configuration stays because it was refused.",
    registers: [registry],
  });
  isInForce.set(1);
  return {
    reloaded({ result }) {
      reloads.inc({ result });
      isInForce.set(result === "applied" ? 1 : 0);
    },
  };
}
