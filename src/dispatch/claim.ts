import type { Message } from "../sms/message.ts";
import { type OutcomeName, UNSPENT } from "../sms/outcome.ts";
import type { AdmitRequest, ClaimResult, Store } from "../store/store.ts";
import type { Clock } from "../values/clock.ts";
import type { Keyed } from "../values/keyed.ts";

const POLL_MS = 100;
const LEASE_MS = 3_000;
const RENEW_MS = 1_000;
const KEEP_MS = 10 * 60_000;
const KEEP_NOTICE_MS = 90_000;

/** What tells one message from another, as a keyed tag: Kratos sends no id, and repeats a message word for word. */
export function fingerprint(keyed: Keyed, { to, template, text, occurredAt }: Message): string {
  return keyed.tag("message", to, template, text, occurredAt ?? "");
}

/** A claim that is ours; or the bucket that had no room; or the result of whoever had the claim before. */
export type Taken =
  | { state: "granted"; disabled: readonly string[]; fills: readonly number[] }
  | { state: "limited"; dimension: string; fills: readonly number[] }
  | { state: "settled"; result: ClaimResult };

/** What claims are made with. */
export interface ClaimEffects {
  store: Store;
  clock: Clock;
}

/**
 * Takes the claim on a message, waiting while another sends it.
 *
 * @param deadlineMs monotonic milliseconds
 */
export async function takeClaim(
  { store, clock }: ClaimEffects,
  { fingerprint, owner }: Pick<AdmitRequest, "fingerprint" | "owner">,
  { buckets, enforce }: Pick<AdmitRequest, "buckets" | "enforce">,
  deadlineMs: number,
): Promise<Taken> {
  let request: AdmitRequest = { fingerprint, owner, leaseMs: LEASE_MS, buckets, enforce };
  for (;;) {
    const admission = await store.admit(request);
    if (admission.state !== "in-flight") return admission;
    // The one we waited for is gone without a result, so it failed; what its successor comes to is told to others.
    const { waitedFor = admission.owner } = request;
    if (waitedFor !== admission.owner) return { state: "settled", result: { outcome: "failed", messageId: waitedFor } };
    // Whoever is sending started before us and ends before our deadline; if not, nobody knows what will come of it.
    const isLate = clock.monotonicMs() > deadlineMs + POLL_MS;
    if (isLate) return { state: "settled", result: { outcome: "ambiguous", messageId: admission.owner } };
    request = { ...request, waitedFor: admission.owner };
    await clock.sleep(POLL_MS);
  }
}

/** Renews the lease as long as the owner is sending; call the answer when that has ended. */
export function holdLease({ store, clock }: ClaimEffects, fingerprint: string, { id }: Message): () => void {
  const renew = () => {
    letBe = clock.after(RENEW_MS, renew);
    void store.renew({ fingerprint, owner: id, leaseMs: LEASE_MS });
  };
  let letBe = clock.after(RENEW_MS, renew);
  return () => letBe();
}

/** How long a repetition is answered with the first result; 0 lets the next one be sent. */
export function keepMs(message: Message, outcome: OutcomeName): number {
  if (UNSPENT.includes(outcome)) return 0;
  return message.code || message.occurredAt ? KEEP_MS : KEEP_NOTICE_MS;
}
