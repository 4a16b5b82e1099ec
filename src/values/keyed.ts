import { hash } from "node:crypto";
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
  const hmac = hmacSha256(secret.reveal());
  return {
    tag: (...parts) => hmac(joined(parts)).toString("base64url", 0, TAG_BYTES),
    fraction: (...parts) => (hmac(joined(parts)).readUIntBE(0, 6) + 0.5) / 2 ** 48,
  };
}

/** Each part behind its length, so that no two lists of parts are the same text. */
function joined(parts: readonly string[]): string {
  let text = "";
  for (const part of parts) text += `${part.length}:${part}`;
  return text;
}

const TAG_BYTES = 16;
const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** Longer texts are hashed in a buffer of their own. */
const SCRATCH_BYTES = 4_096;

/**
 * HMAC-SHA-256 of many texts with one key, each in the same bytes: read them at once. Two plain hashes, as the standard has
 * it: an Hmac object of Node costs several times as much to make and to collect, and each message takes a handful.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2104#section-2
 */
function hmacSha256(secret: string): (text: string) => Buffer {
  const bytes = Buffer.from(secret);
  const key = bytes.length > BLOCK_BYTES ? Buffer.from(hash("sha256", bytes, "binary"), "binary") : bytes;
  const padded = Buffer.concat([key], BLOCK_BYTES);
  const inner = Buffer.concat([padded.map((byte) => byte ^ 0x36)], SCRATCH_BYTES);
  const outer = Buffer.concat([padded.map((byte) => byte ^ 0x5c)], BLOCK_BYTES + HASH_BYTES);
  const digest = Buffer.alloc(HASH_BYTES);
  return (text) => {
    const fits = text.length * 3 <= SCRATCH_BYTES - BLOCK_BYTES;
    const length = fits ? inner.write(text, BLOCK_BYTES) : 0;
    const message = fits
      ? inner.subarray(0, BLOCK_BYTES + length)
      : Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]);
    outer.write(hash("sha256", message, "binary"), BLOCK_BYTES, "binary");
    digest.write(hash("sha256", outer, "binary"), "binary");
    return digest;
  };
}
