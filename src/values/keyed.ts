import { createHmac } from "node:crypto";
import type { Secret } from "./secret.ts";

/** Makes tags that only the holder of the secret can link to what they stand for. */
export interface Keyed {
  /** 128 bits of HMAC-SHA-256 over the purpose and the parts, base64url; the parts cannot run into each other. */
  tag(purpose: string, ...parts: string[]): string;
}

/** Keyed tags from `secret`; the same secret on every replica gives the same tags. */
export function createKeyed(secret: Secret): Keyed {
  return {
    tag: (purpose, ...parts) =>
      createHmac("sha256", secret.reveal())
        .update(JSON.stringify([purpose, ...parts]))
        .digest("base64url")
        .slice(0, 22),
  };
}
