import { createHash, timingSafeEqual } from "node:crypto";

/** Compares a secret with what a caller presents, in a time that tells nothing about either, their lengths included. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
