import { Counter, Gauge, type Registry } from "prom-client";
import type { Listener } from "../sms/listener.ts";

/** What was over a limit, how much of the spend caps is used, and what looks like pumping. */
export function addLimitMetrics(registry: Registry): Listener {
  const limited = new Counter({
    name: "sms_limited_total",
    help: "Messages over a limit, by what it limits and whether it stopped them.",
    labelNames: ["dimension", "enforced"],
    registers: [registry],
  });
  const spendRatios = new Map<string, number>();
  new Gauge({
    name: "sms_spend_ratio",
    help: "How much of a cap is spent, 1 for all of it; of caps per country the one that was counted last.",
    labelNames: ["dimension"],
    registers: [registry],
    collect() {
      for (const [dimension, ratio] of spendRatios) this.set({ dimension }, ratio);
    },
  });
  const alarms = new Counter({
    name: "sms_pumping_alarms_total",
    help: "Alarms that somebody pumps messages, by rule and country; one each time it starts.",
    labelNames: ["rule", "country"],
    registers: [registry],
  });
  const running = new Gauge({
    name: "sms_pumping_alarms_active",
    help: "Alarms that somebody pumps messages and that have not ended.",
    labelNames: ["rule", "country"],
    registers: [registry],
  });
  return {
    limited: ({ dimension, enforced }) => limited.inc({ dimension, enforced: String(enforced) }),
    pumping({ state, alarm }) {
      const labels = { rule: alarm.rule, country: alarm.country };
      running.inc(labels, state === "started" ? 1 : -1);
      if (state === "started") alarms.inc(labels);
    },
    counted({ counts }) {
      for (const { dimension, fill } of counts) {
        if (dimension.startsWith("spend")) spendRatios.set(dimension, fill);
      }
    },
  };
}
