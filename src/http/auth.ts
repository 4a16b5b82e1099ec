import { sameTextAs } from "../values/same-text.ts";
import type { Secret } from "../values/secret.ts";
import type { HeaderFields } from "./courier-request.ts";

/** One key that callers may present; the id names it in logs. */
export interface ApiKey {
  id: string;
  secret: Secret;
}

/** Which key a request carries; undefined when it carries none that is known. */
export type Authenticate = (headers: HeaderFields) => ApiKey | undefined;

/** Accepts a key as `Authorization: Bearer`, as `X-API-Key`, or as the password of HTTP Basic; compares in constant time. */
export function createAuthenticate(keys: readonly ApiKey[]): Authenticate {
  const known = keys.map((key) => ({ key, isSame: sameTextAs(key.secret.reveal()) }));
  return (headers) => {
    const presented = presentedKey(headers) ?? "";
    // All of them are compared: stopping at the first that fits would tell which one it was.
    return known.filter(({ isSame }) => isSame(presented))[0]?.key;
  };
}

/** Whether a request carries any key at all. */
export function hasKey(headers: HeaderFields): boolean {
  return presentedKey(headers) !== undefined;
}

function presentedKey(headers: HeaderFields): string | undefined {
  const direct = headers.get("x-api-key");
  if (direct) return direct;
  const [, scheme, credentials] = /^(bearer|basic) +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (scheme?.toLowerCase() !== "basic") return credentials;
  const decoded = Buffer.from(credentials ?? "", "base64").toString("utf8");
  return decoded.slice(decoded.indexOf(":") + 1);
}
