import { parseNumber } from "../sms/e164.ts";
import type { Message, MessageId } from "../sms/message.ts";
import { remember } from "../values/remember.ts";
import { readClientIp } from "./client-ip.ts";
import { readContext } from "./courier-context.ts";
import { type Fields, field, textAt } from "./fields.ts";
import { readLocales } from "./locales.ts";
import { findCode, readAutofillLine } from "./one-time-code.ts";

/** A well-formed message that nobody can be sent: its recipient is no valid phone number. */
export interface RejectedMessage {
  id: MessageId;
  template: string;
  receivedAt: number;
  /** Our own short sentence, without the number. */
  reason: string;
}

/** A message to send; one to no valid number (answer 200 `rejected`); or no message (answer 400 with the problem). */
export type ParsedCourierMessage = { message: Message } | { rejected: RejectedMessage } | { problem: string };

/** What of a message its body does not say. */
export interface Arrival extends Pick<Message, "id" | "receivedAt" | "traceparent"> {
  /** The header of the person's own request that holds their address. */
  clientIpHeader?: string | undefined;
}

const MAX_LIFESPAN_MINUTES = 365 * 24 * 60;
const MAX_TIMESTAMP_LENGTH = 64;

/**
 * Reads a JSON body from Kratos' courier as a message: the bare context, `{ctx: ...}`, or the minimal `{to, body}`.
 * A message without a `template_type` is of the template `custom`.
 *
 * @see https://www.ory.com/docs/kratos/emails-sms/sending-sms
 */
export function parseCourierMessage(
  body: unknown,
  { id, receivedAt, clientIpHeader, traceparent }: Arrival,
): ParsedCourierMessage {
  const context = readContext(body);
  if ("problem" in context) return context;
  const { template, templateData } = context;
  const phone = parseNumber(context.recipient);
  if ("problem" in phone) return { rejected: { id, template, receivedAt, reason: phone.problem } };
  const text = cleanText(context.body);
  const lifespanMs = readLifespanMs(templateData);
  const message: Message = {
    id,
    to: phone.number,
    country: phone.country,
    numberType: phone.type,
    text,
    template,
    code: findCode(template, templateData, text),
    expiresAt: lifespanMs === undefined ? undefined : receivedAt + lifespanMs,
    lifespanMs,
    receivedAt,
    locales: readLocales(templateData, context.requestHeaders),
    domain: readDomain(templateData, text),
    occurredAt: readOccurredAt(templateData),
    clientIp: readClientIp(context.requestHeaders, clientIpHeader),
    traceparent,
  };
  return { message };
}

/**
 * Kratos' text as it came, but for what no phone shows: the line break that every template file leaves at the end,
 * control characters, and halves of surrogate pairs, which no vendor's JSON could carry.
 */
function cleanText(body: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  const text = body.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "").toWellFormed();
  let end = text.length;
  while (end > 0 && /[\r\n]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function readLifespanMs(templateData: Fields): number | undefined {
  const minutes = field(templateData, "expires_in_minutes");
  if (typeof minutes !== "number" || !Number.isInteger(minutes)) return undefined;
  return minutes < 1 || minutes > MAX_LIFESPAN_MINUTES ? undefined : minutes * 60_000;
}

function readDomain(templateData: Fields, text: string): string | undefined {
  return (
    asDomain(textAt(templateData, "request_url_domain")) ??
    domainOf(textAt(templateData, "request_url") ?? "").domain ??
    asDomain(readAutofillLine(text)?.domain)
  );
}

function asDomain(host: string | undefined): string | undefined {
  return host !== undefined && host.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)
    ? host.toLowerCase()
    : undefined;
}

/** Requests come from few different pages. */
const domainOf = remember(500, (url) => {
  const isPage = /^https?:/i.test(url) && URL.canParse(url);
  return { domain: isPage ? asDomain(new URL(url).hostname) : undefined };
});

/** The two notices of Kratos say the same words each time; the moment tells them apart. */
function readOccurredAt(templateData: Fields): string | undefined {
  const moment = textAt(templateData, "changed_at") ?? textAt(templateData, "added_at");
  return moment !== undefined && moment.length <= MAX_TIMESTAMP_LENGTH ? moment : undefined;
}
