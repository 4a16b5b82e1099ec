import type { Keyed } from "../values/keyed.ts";
import type { E164 } from "./e164.ts";

/** The tag that stands for a number in logs and records. */
export function numberTag(keyed: Keyed, number: E164): string {
  return keyed.tag("number", number);
}

/** A number with all but its last two digits hidden. */
export function maskNumber(number: E164): string {
  return `${"*".repeat(number.length - 2)}${number.slice(-2)}`;
}
