import type { Message } from "../sms/message.ts";
import type { OutcomeName } from "../sms/outcome.ts";
import type { AdmitRequest, ClaimResult, Store } from "../store/store.ts";
import type { Clock } from "../values/clock.ts";
import type { Keyed } from "../values/keyed.ts";

const POLL_MS = 100;
const LEASE_MARGIN_MS = 1_000;
const KEEP_MS = 10 * 60_000;
const KEEP_NOTICE_MS = 90_000;

/** What tells one message from another, as a keyed tag: Kratos sends no id, and repeats a message word for word. */
export function fingerprint(keyed: Keyed, { to, template, text, occurredAt }: Message): string {
  return keyed.tag("message", to, template, text, occurredAt ?? "");
}

/**
 * Takes the claim on a message, waiting while another holds it. Undefined means it is ours; else it is the earlier result.
 *
 * @param deadlineMs monotonic milliseconds
 */
export async function takeClaim(
  { store, clock }: { store: Store; clock: Clock },
  fingerprint: string,
  message: Message,
  deadlineMs: number,
): Promise<ClaimResult | undefined> {
  let request: AdmitRequest = {
    fingerprint,
    owner: message.id,
    leaseMs: deadlineMs - clock.monotonicMs() + LEASE_MARGIN_MS,
  };
  while (clock.monotonicMs() < deadlineMs) {
    const admission = await store.admit(request);
    if (admission.state === "granted") return undefined;
    if (admission.state === "settled") return admission.result;
    request = { ...request, waitedFor: admission.owner };
    await clock.sleep(POLL_MS);
  }
  return { outcome: "failed", messageId: message.id };
}

/** How long a repetition is answered with the first result; 0 lets the next one be sent. */
export function keepMs(message: Message, outcome: OutcomeName): number {
  if (outcome === "failed") return 0;
  return message.code || message.occurredAt ? KEEP_MS : KEEP_NOTICE_MS;
}
