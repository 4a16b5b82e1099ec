import { Counter, type Registry } from "prom-client";
import type { Tell } from "../sms/event.ts";

/** How often the configuration was read anew, and whether it could be used. */
export function addReloadMetric(registry: Registry): Tell {
  const reloads = new Counter({
    name: "sms_reloads_total",
    help: "How often the configuration was read anew while running, and whether it was applied or refused.",
    labelNames: ["result"],
    registers: [registry],
  });
  // From the first on: a rate over a series that begins with its first event never sees that one.
  for (const result of ["applied", "refused"]) reloads.inc({ result }, 0);
  return (event) => {
    if (event.type === "reloaded") reloads.inc({ result: event.result });
  };
}
