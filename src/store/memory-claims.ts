import type { MessageId } from "../sms/message.ts";
import { createExpiry, Expiring } from "./expiry.ts";
import {
  type Admission,
  type AdmitRequest,
  type ClaimResult,
  RELEASED_RESULT_MS,
  type SettleRequest,
} from "./store.ts";

/** Who sends a message, or what came of it. */
class Claim extends Expiring {
  readonly owner: MessageId;
  readonly grantedAtMs: number;
  /** Undefined while the owner is sending. */
  result: ClaimResult | undefined = undefined;
  /** Its result is only for those who waited for the owner. */
  released = false;

  constructor(home: Claims, fingerprint: string, owner: MessageId, grantedAtMs: number) {
    super(home, fingerprint);
    this.owner = owner;
    this.grantedAtMs = grantedAtMs;
  }
}

/** Claims by their fingerprints. */
type Claims = Map<string, Claim>;

/** The claims of a memory store. */
export interface MemoryClaims {
  /** Who has the message already; undefined when nobody has. */
  look(request: AdmitRequest, nowMs: number): Exclude<Admission, { state: "granted" | "limited" }> | undefined;
  grant(request: AdmitRequest, grantedAtMs: number): void;
  renew(request: Pick<AdmitRequest, "fingerprint" | "owner" | "leaseMs">, nowMs: number): void;
  /** Answers with the moment of the grant; undefined when the claim is another's by now. */
  settle(request: SettleRequest, nowMs: number): number | undefined;
  clear(): void;
}

/** Claims in this process's memory, at most `maxClaims`: beyond, what ends first of those kept equally long is forgotten. */
export function createMemoryClaims(maxClaims: number): MemoryClaims {
  const claims: Claims = new Map();
  const expiry = createExpiry(maxClaims);

  function put(claim: Claim, lifeMs: number, nowMs: number): void {
    expiry.put(claim, { kind: "claim", lifeMs }, nowMs);
    expiry.forget(nowMs);
  }

  return {
    look({ fingerprint, waitedFor }, nowMs) {
      const claim = claims.get(fingerprint);
      if (!claim || claim.endsAtMs <= nowMs) return undefined;
      if (!claim.result) return { state: "in-flight", owner: claim.owner };
      const isOurs = !claim.released || claim.owner === waitedFor;
      return isOurs ? { state: "settled", result: claim.result } : undefined;
    },
    grant({ fingerprint, owner, leaseMs }, grantedAtMs) {
      put(new Claim(claims, fingerprint, owner, grantedAtMs), leaseMs, grantedAtMs);
    },
    renew({ fingerprint, owner, leaseMs }, nowMs) {
      const claim = claims.get(fingerprint);
      if (claim?.owner === owner && !claim.result) put(claim, leaseMs, nowMs);
    },
    settle({ fingerprint, owner, result, keepMs }, nowMs) {
      // A claim that was forgotten meanwhile is remembered again: what was sent must not be sent once more.
      const claim = claims.get(fingerprint) ?? new Claim(claims, fingerprint, owner, nowMs);
      if (claim.owner !== owner) return undefined;
      claim.result = result;
      claim.released = keepMs === 0;
      put(claim, claim.released ? RELEASED_RESULT_MS : keepMs, nowMs);
      return claim.grantedAtMs;
    },
    clear: expiry.clear,
  };
}
