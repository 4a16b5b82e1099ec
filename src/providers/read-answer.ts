import type { NotSent, NotSentKind, SendResult, Unknown, UnknownKind } from "../sms/send-result.ts";
import { loggableId } from "./message-id.ts";
import type { Sms } from "./provider.ts";
import type { Answer, NoAnswer } from "./transport.ts";

/** What a vendor documents about its answers. */
export interface VendorAnswers {
  /** As the operator knows the vendor. */
  vendor: string;
  acceptedStatus: number;
  contentType: string;
  /** The vendor's own error codes. */
  codes: Record<string, NotSentKind>;
  /** What a 4xx status means where the code tells nothing; the rest is `message-refused`. */
  statuses: Record<number, NotSentKind>;
}

/** The few fields that were decoded of a vendor's answer; not yet trusted. */
export interface Decoded {
  /** Whether the body could be read in the documented content type. */
  readable: boolean;
  id?: unknown;
  code?: unknown;
  /** The body of an accepting status says that this message is not going out. */
  refused?: boolean;
}

/** What was asked of the vendor, and when. */
export interface Asked {
  sms: Pick<Sms, "to" | "text">;
  wallMs: number;
}

/** What an attempt came to, by status first, then by the vendor's code; never by its prose. */
export function readAnswer(
  vendor: VendorAnswers,
  answer: Answer | NoAnswer | undefined,
  decoded: Decoded,
  { sms, wallMs }: Asked,
): SendResult {
  if (answer === undefined) return notSent("message-refused", `the ${vendor.vendor} SDK refused to make the request`);
  if ("failed" in answer) return readNoAnswer(vendor, answer);
  if (answer.status < 400) return readAcceptance(vendor, answer, decoded, sms);
  const code = vendorCode(decoded.code);
  const detail = `${vendor.vendor} answered ${answer.status}`;
  if (answer.status >= 500) return unknown("unavailable", detail, code);
  const kind = refusalKind(vendor, answer.status, code);
  return notSent(kind, `${detail}: ${MEANINGS[kind]}`, code, kind === "rate-limited" ? waitAsked(answer, wallMs) : {});
}

function readNoAnswer({ vendor }: VendorAnswers, { failed, cause, code }: NoAnswer): SendResult {
  if (failed === "before") return notSent("unavailable", `no connection to ${vendor} (${code})`);
  return unknown(UNANSWERED[cause], `${vendor} got the request and did not answer (${code})`);
}

const UNANSWERED: Record<NoAnswer["cause"], UnknownKind> = {
  connect: "unavailable",
  reset: "unavailable",
  timeout: "timeout",
  garbage: "bad-response",
};

function readAcceptance(vendor: VendorAnswers, answer: Answer, decoded: Decoded, sms: Asked["sms"]): SendResult {
  const detail = `${vendor.vendor} answered ${answer.status}`;
  if (answer.status !== vendor.acceptedStatus) return unknown("bad-response", `${detail}, which it does not document`);
  const contentType = answer.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (contentType !== vendor.contentType) return unknown("bad-response", `${detail} with another content type`);
  if (!answer.complete || !decoded.readable || answer.body.trim() === "") return { outcome: "sent" };
  if (decoded.refused) return readLateRefusal(vendor, detail, vendorCode(decoded.code));
  if (typeof decoded.id !== "string" || !/^[\w-]{1,64}$/.test(decoded.id)) {
    return unknown("bad-response", `${detail} without a message id`);
  }
  return { outcome: "sent", providerMessageId: loggableId(decoded.id, sms) };
}

function readLateRefusal(vendor: VendorAnswers, detail: string, code: string | undefined): SendResult {
  const kind = known(vendor.codes, code);
  if (kind === undefined) return unknown("bad-response", `${detail} for a message that failed`, code);
  return notSent(kind, `${detail} and refused: ${MEANINGS[kind]}`, code);
}

function refusalKind(vendor: VendorAnswers, status: number, code: string | undefined): NotSentKind {
  if (status === 429) return "rate-limited";
  if (status === 401) return "unauthorized";
  return known(vendor.codes, code) ?? vendor.statuses[status] ?? "message-refused";
}

function known(codes: Record<string, NotSentKind>, code: string | undefined): NotSentKind | undefined {
  return code !== undefined && Object.hasOwn(codes, code) ? codes[code] : undefined;
}

/** Up to five digits or a word: nothing else gets through, so no number, no text and no code of six digits can. */
function vendorCode(code: unknown): string | undefined {
  const text = typeof code === "string" ? code : Number.isSafeInteger(code) ? String(code) : "";
  return /^([1-9]\d{1,4}|[A-Za-z][A-Za-z_.]{2,63})$/.test(text) ? text : undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function waitAsked({ headers }: Answer, wallMs: number): { retryAfterMs?: number } {
  const value = headers["retry-after"]?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return { retryAfterMs: Number(value) * 1_000 };
  const dateMs = /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(dateMs) ? {} : { retryAfterMs: Math.max(0, dateMs - wallMs) };
}

function notSent(kind: NotSentKind, detail: string, code?: string, asked: { retryAfterMs?: number } = {}): NotSent {
  return { outcome: "not-sent", kind, detail, ...(code !== undefined && { vendorCode: code }), ...asked };
}

function unknown(kind: UnknownKind, detail: string, code?: string): Unknown {
  return { outcome: "unknown", kind, detail, ...(code !== undefined && { vendorCode: code }) };
}

const MEANINGS: Record<NotSentKind, string> = {
  "invalid-recipient": "this number cannot get an SMS",
  "opted-out": "the recipient wants no SMS from this sender",
  "fraud-block": "its fraud protection blocks the destination",
  "sender-refused": "the configured sender cannot be used",
  "message-refused": "it does not take this message",
  "destination-barred": "the account may not send to this destination",
  unauthorized: "the account or its credentials are not accepted",
  "quota-exhausted": "the account has no credit",
  "rate-limited": "too many requests",
  unavailable: "the service is not available",
};
