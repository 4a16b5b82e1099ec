import type { Message } from "../sms/message.ts";
import type { Catalog } from "./catalog.ts";

/** `@auth.example.com #482913`, perhaps with the page that embeds that one: `@shop.example #482913 @auth.example.com`. */
const AUTOFILL_LINE = /^@\S+ #\S+(?: [@%]\S+)?$/;

/**
 * The text to send: the catalog's for this template, else the one that came, as also when the catalog's needs a code
 * and the message has none. The autofill line stays last.
 *
 * @see https://wicg.github.io/sms-one-time-codes/
 */
export function renderText(catalog: Catalog, message: Message): string {
  const text = catalog.get(message.template);
  if (!text || (text.needsCode && !message.code)) return message.text;
  const rendered = text.fill({
    code: message.code?.value ?? "",
    minutes: Math.round((message.lifespanMs ?? 0) / 60_000),
    domain: message.domain ?? "",
  });
  const autofill = lastLine(message.text);
  const isBound = AUTOFILL_LINE.test(autofill) && !AUTOFILL_LINE.test(lastLine(rendered));
  return isBound ? `${rendered}\n\n${autofill}` : rendered;
}

function lastLine(text: string): string {
  const end = text.trimEnd();
  return end.slice(end.lastIndexOf("\n") + 1);
}
