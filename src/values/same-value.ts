import { isDeepStrictEqual } from "node:util";
import { sameText } from "./same-text.ts";
import { Secret } from "./secret.ts";

/** Whether two parsed options say the same; secrets by what they hold, which no general comparison can see. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Secret || b instanceof Secret) {
    return a instanceof Secret && b instanceof Secret && sameText(a.reveal(), b.reveal());
  }
  if (!isPlain(a) || !isPlain(b)) return isDeepStrictEqual(a, b);
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Array.isArray(a) === Array.isArray(b) && [...keys].every((key) => sameValue(a[key], b[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return Array.isArray(value) || (typeof value === "object" && Object(value).constructor === Object);
}
