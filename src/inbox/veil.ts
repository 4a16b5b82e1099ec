import type { E164 } from "../sms/e164.ts";
import type { GatewayEvent, RawRequest, Tell } from "../sms/event.ts";
import type { Message } from "../sms/message.ts";
import { maskNumber } from "../sms/number-tag.ts";

const HIDDEN = "(hidden: it is for a person)";

/** What tells one message from another without telling what it says. */
export type TagOf = (message: Message) => string;

/** Beside live mode: of a message to any number but `shown`, who it is for and what it says never reach the mailbox. */
export function veil(tell: Tell, shown: ReadonlySet<string>, tagOf: TagOf): Tell {
  return (event) => tell("message" in event && shown.has(event.message.to) ? event : hide(event, tagOf));
}

function hide(event: GatewayEvent, tagOf: TagOf): GatewayEvent {
  switch (event.type) {
    case "received":
      return { ...event, message: hideMessage(event.message, tagOf), request: hideRequest(event.request) };
    case "refused":
      // It became no message, so nobody knows who it was for.
      return { ...event, request: hideRequest(event.request) };
    case "decided":
    case "settled":
      return { ...event, message: hideMessage(event.message, tagOf), decision: { ...event.decision, text: HIDDEN } };
    case "counted":
    case "limited":
    case "simulated":
    case "attempted":
    case "answered":
      return { ...event, message: hideMessage(event.message, tagOf) };
    case "authenticated":
    case "breaker":
    case "pumping":
    case "store":
    case "stored":
    case "advice":
    case "listening":
    case "reloaded":
    case "draining":
    case "stopped":
    case "broken":
      return event;
  }
}

/** Names what may be seen, so that a field that is new stays hidden. */
function hideMessage(message: Message, tagOf: TagOf): Message {
  const { id, to, country, numberType, template, receivedAt } = message;
  const shown = { id, country, ...(numberType && { numberType }), template, receivedAt };
  // Two people may look alike behind the mask; a retry is the same message still.
  return { ...shown, to: maskNumber(to) as E164, text: HIDDEN, locales: [], occurredAt: tagOf(message) };
}

function hideRequest({ method, path }: RawRequest): RawRequest {
  return { method, path, headers: {}, body: new TextEncoder().encode(HIDDEN) };
}
