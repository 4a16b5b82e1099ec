import type { Logger } from "pino";
import type { Tell } from "../sms/event.ts";

const LEVELS = [0.5, 0.8, 1];

/** Warns once each time a spend cap is half, four fifths and wholly used; again after it went below. */
export function createSpendAlarm(logger: Logger): Tell {
  const reached = new Map<string, number>();
  return (event) => {
    if (event.type !== "counted") return;
    for (const { dimension, perMs, fill } of event.counts) {
      if (!dimension.startsWith("spend")) continue;
      const country = dimension === "spend-country" ? event.message.country : undefined;
      const key = `${dimension} ${perMs} ${country}`;
      const level = LEVELS.filter((step) => fill >= step).at(-1) ?? 0;
      if (level > (reached.get(key) ?? 0)) {
        const percent = Math.round(fill * 100);
        logger.warn({ cap: dimension, country, perMs, percent }, `${percent} % of a spend cap is used`);
      }
      reached.set(key, level);
    }
  };
}
