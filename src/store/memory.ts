import type { MessageId } from "../sms/message.ts";
import type { Clock } from "../values/clock.ts";
import { createMemoryRecords } from "./memory-records.ts";
import type { Admission, AdmitRequest, ClaimResult, SettleRequest, Store } from "./store.ts";

/** `result` is absent while the owner is sending; `released` results are only for those who waited for the owner. */
interface Claim {
  owner: MessageId;
  result?: ClaimResult;
  released: boolean;
  untilMs: number;
}

const RELEASED_RESULT_MS = 3_000;

/** A store in this process's memory, bounded by `maxClaims` and `maxRecords`: beyond them the oldest are forgotten. */
export function createMemoryStore(clock: Clock, { maxClaims = 100_000, maxRecords = 10_000 } = {}): Store {
  const claims = new Map<string, Claim>();
  const disabled = new Set<string>();
  const records = createMemoryRecords(clock, maxRecords);

  async function admit({ fingerprint, owner, leaseMs, waitedFor }: AdmitRequest): Promise<Admission> {
    const claim = claims.get(fingerprint);
    if (claim && claim.untilMs > clock.monotonicMs()) {
      if (!claim.result) return { state: "in-flight", owner: claim.owner };
      if (!claim.released || claim.owner === waitedFor) return { state: "settled", result: claim.result };
    }
    put(fingerprint, { owner, released: false, untilMs: clock.monotonicMs() + leaseMs });
    return { state: "granted", disabled: [...disabled] };
  }

  async function renew({ fingerprint, owner, leaseMs }: AdmitRequest): Promise<void> {
    const claim = claims.get(fingerprint);
    if (claim?.owner === owner && !claim.result) claim.untilMs = clock.monotonicMs() + leaseMs;
  }

  async function settle({ fingerprint, owner, result, keepMs }: SettleRequest): Promise<void> {
    // A claim that was forgotten meanwhile is remembered again: what was sent must not be sent once more.
    const claim = claims.get(fingerprint);
    if (claim && claim.owner !== owner) return;
    const released = keepMs === 0;
    const untilMs = clock.monotonicMs() + (released ? RELEASED_RESULT_MS : keepMs);
    put(fingerprint, { owner, result, released, untilMs });
  }

  function put(fingerprint: string, claim: Claim): void {
    claims.delete(fingerprint);
    claims.set(fingerprint, claim);
    const [oldest, first] = claims.entries().next().value ?? [];
    const isSpent = first !== undefined && first.untilMs <= clock.monotonicMs();
    if (oldest !== undefined && (isSpent || claims.size > maxClaims)) claims.delete(oldest);
  }

  return {
    admit,
    renew,
    settle,
    ...records,
    switch: async (provider, on) => void (on ? disabled.delete(provider) : disabled.add(provider)),
    switchedOff: async () => [...disabled],
    close: async () => claims.clear(),
  };
}
