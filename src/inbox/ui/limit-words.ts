import type { LimitState } from "./wire.ts";
import { spanWords } from "./words.ts";

/** `to this number in 10 min` of a limit. */
export function limitWords({ dimension, perMs }: LimitState): string {
  return `${COUNTED[dimension] ?? dimension} in ${spanWords(perMs)}`;
}

const COUNTED: Record<string, string> = {
  number: "to this number",
  block: "to numbers like it",
  country: "to this country",
  "client-ip": "from this address",
  total: "to all numbers",
  "spend-country": "spent on this country",
  "spend-total": "spent in all",
};

/** `6 of 5` of a limit, or `1.5 of 100 USD`. */
export function limitCount({ dimension, max, used }: LimitState, currency: string | undefined): string {
  const unit = dimension.startsWith("spend") && currency !== undefined ? ` ${currency}` : "";
  return `${round(used)} of ${round(max)}${unit}`;
}

function round(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
