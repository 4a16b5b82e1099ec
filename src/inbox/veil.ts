import type { E164 } from "../sms/e164.ts";
import type { GatewayEvent, RawRequest, Tell } from "../sms/event.ts";
import type { Message } from "../sms/message.ts";
import { maskNumber } from "../sms/number-tag.ts";

const HIDDEN = "(hidden: it is for a person)";

/** Beside live mode: of a message to any number but `shown`, who it is for and what it says never reach the mailbox. */
export function veil(tell: Tell, shown: ReadonlySet<string>): Tell {
  return (event) => tell("message" in event && shown.has(event.message.to) ? event : hide(event));
}

function hide(event: GatewayEvent): GatewayEvent {
  switch (event.type) {
    case "received":
      return { ...event, message: hideMessage(event.message), request: hideRequest(event.request) };
    case "refused":
      // It became no message, so nobody knows who it was for.
      return { ...event, request: hideRequest(event.request) };
    case "decided":
    case "settled":
      return { ...event, message: hideMessage(event.message), decision: { ...event.decision, text: HIDDEN } };
    case "counted":
    case "limited":
    case "attempted":
      return { ...event, message: hideMessage(event.message) };
    case "breaker":
    case "pumping":
    case "store":
    case "advice":
    case "listening":
    case "draining":
    case "stopped":
    case "broken":
      return event;
  }
}

/** Names what may be seen, so that a field that is new stays hidden. */
function hideMessage({ id, to, country, numberType, template, receivedAt }: Message): Message {
  const shown = { id, country, ...(numberType && { numberType }), template, receivedAt };
  return { ...shown, to: maskNumber(to) as E164, text: HIDDEN, locales: [] };
}

function hideRequest({ method, path }: RawRequest): RawRequest {
  return { method, path, headers: {}, body: HIDDEN };
}
