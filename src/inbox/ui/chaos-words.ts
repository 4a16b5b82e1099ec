import type { ChaosRule } from "./wire.ts";
import { plural, spacedNumber, spanWords } from "./words.ts";

/** `the next 3 messages to +1 202 555 0143 are answered 503` of one rule. */
export function chaosWords({ to, probability, status, delayMs, dropAfterAccept, next }: ChaosRule): string {
  const share = probability >= 1 ? "" : `${Math.round(probability * 1_000) / 10} % of `;
  const which =
    next === undefined ? (share === "" ? "all messages" : "messages") : `the next ${plural(next, "message")}`;
  const whom = to === undefined ? "" : ` to ${spacedNumber(to)}`;
  const faults = [
    delayMs !== undefined && `held for ${spanWords(delayMs)}`,
    status !== undefined && `answered ${status}`,
    dropAfterAccept && "cut off without an answer after they were accepted",
  ].filter(Boolean);
  return `${share}${which}${whom} are ${faults.join(" and ") || "left alone"}`;
}
