import type { Country, E164, NumberType } from "./e164.ts";

/** `msg_` and 24 hexadecimal characters; ours, since Kratos sends none. */
export type MessageId = `msg_${string}`;

/** Where a one-time code was found. */
export type CodeSource = "template-data" | "autofill-line" | "text";

/** A one-time code as the person types it, and where it was found. */
export interface OneTimeCode {
  value: string;
  source: CodeSource;
}

/** One SMS that an identity server asked for: what every room below the HTTP border works on. */
export interface Message {
  id: MessageId;
  to: E164;
  country: Country;
  numberType?: NumberType | undefined;
  /** The text as the identity server wrote it. */
  text: string;
  /** An opaque name of the kind of message, such as `login_code_valid`. */
  template: string;
  /** Absent for a notice that carries no code. */
  code?: OneTimeCode | undefined;
  /** Wall milliseconds; set together with `lifespanMs`. */
  expiresAt?: number | undefined;
  /** How long the code lives from its making. */
  lifespanMs?: number | undefined;
  /** Wall milliseconds. */
  receivedAt: number;
  /** BCP 47 tags, most wanted first. */
  locales: readonly string[];
  /** The host the code is bound to, for the autofill line. */
  domain?: string | undefined;
  /** When the announced change happened, as the identity server wrote it: tells two notices of the same words apart. */
  occurredAt?: string | undefined;
  /** The address of the person's browser, from the header that the operator named. */
  clientIp?: string | undefined;
  /** W3C trace context of the caller. */
  traceparent?: string | undefined;
}
