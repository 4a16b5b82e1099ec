import { createHmac, createSecretKey } from "node:crypto";
import type { Secret } from "./secret.ts";

/** Makes tags that only the holder of the secret can link to what they stand for. */
export interface Keyed {
  /** 128 bits of HMAC-SHA-256 over the purpose and the parts, base64url; the parts cannot run into each other. */
  tag(purpose: string, ...parts: string[]): string;
  /** The same as a number above 0 and below 1, evenly spread. */
  fraction(purpose: string, ...parts: string[]): number;
}

/** Keyed tags from `secret`; the same secret on every replica gives the same tags. */
export function createKeyed(secret: Secret): Keyed {
  const key = createSecretKey(secret.reveal(), "utf8");
  const hmac = (parts: string[]) => createHmac("sha256", key).update(JSON.stringify(parts));
  return {
    tag: (...parts) => hmac(parts).digest("base64url").slice(0, 22),
    fraction: (...parts) => (hmac(parts).digest().readUIntBE(0, 6) + 0.5) / 2 ** 48,
  };
}
