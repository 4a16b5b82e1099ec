import { hash, timingSafeEqual } from "node:crypto";

/** Compares a secret with what a caller presents, in a time that tells nothing about either, their lengths included. */
export function sameText(a: string, b: string): boolean {
  return sameTextAs(a)(b);
}

/** The same for many that are compared with one secret. */
export function sameTextAs(secret: string): (presented: string) => boolean {
  const expected = digest(secret);
  return (presented) => timingSafeEqual(expected, digest(presented));
}

function digest(text: string): Buffer {
  return Buffer.from(hash("sha256", text, "base64"), "latin1");
}
