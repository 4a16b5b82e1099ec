import type { Listener } from "../sms/listener.ts";
import type { Logger } from "./logger.ts";

const LEVELS = [0.5, 0.8, 1];

/** Warns once each time a spend cap is half, four fifths and wholly used; again after it went below. */
export function createSpendAlarm(logger: Logger): Listener {
  const reached = new Map<string, number>();
  return {
    counted({ message, counts }) {
      for (const { dimension, perMs, fill } of counts) {
        if (!dimension.startsWith("spend")) continue;
        const level = LEVELS.findLast((step) => fill >= step) ?? 0;
        if (level === 0 && reached.size === 0) continue;
        const country = dimension === "spend-country" ? message.country : undefined;
        const key = `${dimension} ${perMs} ${country}`;
        if (level > (reached.get(key) ?? 0)) {
          const percent = Math.round(fill * 100);
          const msg = `${percent} % of a spend cap is used`;
          logger.log("warn", { cap: dimension, country, perMs, percent, msg });
        }
        reached.set(key, level);
      }
    },
  };
}
