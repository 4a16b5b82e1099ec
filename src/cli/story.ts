import type { AttemptView, RecordView } from "../http/record-view.ts";
import type { TriedAttempt } from "../sms/attempt.ts";
import type { OutcomeName } from "../sms/outcome.ts";
import type { NotSentKind, UnknownKind } from "../sms/send-result.ts";

/** What happened to one message, one sentence with its time (UTC) per line. */
export function storyOf(record: RecordView): string {
  const { id, maskedTo, country, template, route, durationMs, repeats } = record;
  const receivedAt = Date.parse(record.receivedAt);
  const endedAt = receivedAt + durationMs;
  const lines = [
    sentence(receivedAt, `it came${route === undefined ? "" : ` and took route ${route}`}`),
    ...tellAttempts(record),
    sentence(endedAt, endOf(record)),
    ...(repeats > 0
      ? [`            it came ${repeats === 1 ? "once" : `${repeats} times`} more and was answered the same\n`]
      : []),
  ];
  const day = new Date(receivedAt).toISOString().slice(0, 10);
  return `${day} (UTC)  ${template} to ${maskedTo} in ${country}, ${id}\n${lines.join("")}`;
}

/** One that was skipped took no time: it stands where the one before it ended. */
function tellAttempts({ attempts, receivedAt }: RecordView): string[] {
  let atMs = Date.parse(receivedAt);
  return attempts.map((attempt) => {
    if ("result" in attempt) atMs = Date.parse(attempt.startedAt) + attempt.durationMs;
    return sentence(atMs, `${attempt.provider} ${deedOf(attempt)}`);
  });
}

function sentence(atMs: number, says: string): string {
  return `  ${new Date(atMs).toISOString().slice(11, 19)}  ${says}\n`;
}

function deedOf(attempt: AttemptView): string {
  if ("skipped" in attempt) return `was not asked: ${attempt.detail}`;
  const { result } = attempt;
  switch (result.outcome) {
    case "captured":
      return "kept it in the inbox";
    case "sent":
      return `took it${result.providerMessageId === undefined ? "" : ` as ${result.providerMessageId}`}`;
    case "not-sent":
      return `${REFUSALS[result.kind]} ${inBrackets(result)}`;
    case "unknown":
      return `${DOUBTS[result.kind]}; it may have taken it ${inBrackets(result)}`;
  }
}

function inBrackets({ vendorCode, detail }: Exclude<TriedAttempt["result"], { outcome: "sent" | "captured" }>): string {
  return `(${vendorCode === undefined ? "" : `${vendorCode} `}${detail})`;
}

const REFUSALS: Record<NotSentKind, string> = {
  "invalid-recipient": "refused it: no such number",
  "opted-out": "refused it: the person has opted out",
  "fraud-block": "refused it: blocked as fraud",
  "sender-refused": "refused the sender",
  "message-refused": "refused the text",
  "destination-barred": "refused the destination",
  unauthorized: "refused our credentials",
  "quota-exhausted": "refused it: no credit left",
  "rate-limited": "refused it for now: too many requests",
  unavailable: "could not be reached",
};

const DOUBTS: Record<UnknownKind, string> = {
  unavailable: "broke off",
  timeout: "did not answer in time",
  "bad-response": "answered what nobody understands",
};

function endOf({ outcome, reason }: RecordView): string {
  return `${outcome}${reason === undefined ? "" : ` (${reason})`}: ${ENDS[outcome]}`;
}

const ENDS: Record<OutcomeName, string> = {
  sent: "the vendor has it; whether the phone got it is in the vendor's own log",
  captured: "no SMS was sent",
  duplicate: "answered as the message that it repeats",
  suppressed: "no SMS was sent, and Kratos will not ask again",
  rejected: "no SMS was sent, and Kratos will not ask again",
  ambiguous: "nobody knows whether it was sent, and Kratos will not ask again",
  failed: "no SMS was sent; Kratos was told to ask again",
  shed: "no SMS was sent; Kratos was told to ask again",
};
