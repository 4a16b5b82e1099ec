import type { MessageId } from "../sms/message.ts";
import type { Clock } from "../values/clock.ts";
import { createExpiringMap } from "./expiring-map.ts";
import {
  type Admission,
  type AdmitRequest,
  type ClaimResult,
  RELEASED_RESULT_MS,
  type SettleRequest,
  type Store,
} from "./store.ts";

/** No `result` while the owner is sending; `released` results are only for those who waited for the owner. */
interface Claim {
  owner: MessageId;
  grantedAtMs: number;
  result: ClaimResult | undefined;
  released: boolean;
  untilMs: number;
}

/** The claims of a memory store. */
export interface MemoryClaims extends Pick<Store, "renew"> {
  /** Who has the message already; undefined when nobody has. */
  look(request: AdmitRequest, nowMs: number): Exclude<Admission, { state: "granted" | "limited" }> | undefined;
  grant(request: AdmitRequest, grantedAtMs: number): void;
  /** Answers with the moment of the grant; undefined when the claim is another's by now. */
  settle(request: SettleRequest): number | undefined;
  clear(): void;
}

/** Claims in this process's memory, at most `maxClaims`: beyond, what ends first of those kept equally long is forgotten. */
export function createMemoryClaims(clock: Clock, maxClaims: number): MemoryClaims {
  const claims = createExpiringMap<Claim>(maxClaims);

  function put(fingerprint: string, claim: Claim, lifeMs: number, nowMs: number): void {
    claim.untilMs = nowMs + lifeMs;
    claims.put(fingerprint, claim, { kind: "claim", lifeMs }, nowMs);
    claims.forget(nowMs);
  }

  return {
    look({ fingerprint, waitedFor }, nowMs) {
      const claim = claims.get(fingerprint);
      if (!claim || claim.untilMs <= nowMs) return undefined;
      if (!claim.result) return { state: "in-flight", owner: claim.owner };
      const isOurs = !claim.released || claim.owner === waitedFor;
      return isOurs ? { state: "settled", result: claim.result } : undefined;
    },
    grant({ fingerprint, owner, leaseMs }, grantedAtMs) {
      put(fingerprint, freshClaim(owner, grantedAtMs), leaseMs, grantedAtMs);
    },
    async renew({ fingerprint, owner, leaseMs }) {
      const claim = claims.get(fingerprint);
      if (claim?.owner === owner && !claim.result) put(fingerprint, claim, leaseMs, clock.monotonicMs());
    },
    settle({ fingerprint, owner, result, keepMs }) {
      // A claim that was forgotten meanwhile is remembered again: what was sent must not be sent once more.
      const nowMs = clock.monotonicMs();
      const claim = claims.get(fingerprint) ?? freshClaim(owner, nowMs);
      if (claim.owner !== owner) return undefined;
      claim.result = result;
      claim.released = keepMs === 0;
      put(fingerprint, claim, claim.released ? RELEASED_RESULT_MS : keepMs, nowMs);
      return claim.grantedAtMs;
    },
    clear: () => claims.clear(),
  };
}

function freshClaim(owner: MessageId, grantedAtMs: number): Claim {
  return { owner, grantedAtMs, result: undefined, released: false, untilMs: grantedAtMs };
}
