import type { E164 } from "../../src/sms/e164.ts";
import type { Message } from "../../src/sms/message.ts";

/** A login message to a German mobile, changed where a test needs it otherwise; `code: undefined` makes a notice. */
export function loginMessage(
  changes: Partial<Omit<Message, "code">> & { code?: Message["code"] | undefined } = {},
): Message {
  const { code, ...rest } = { code: { value: "482913", source: "template-data" as const }, ...changes };
  return {
    id: "msg_000000000000000000000001",
    to: "+4915735990123" as E164,
    country: "DE",
    numberType: "mobile",
    text: "Your login code is: 482913\n\nIt expires in 10 minutes.",
    template: "login_code_valid",
    receivedAt: 0,
    lifespanMs: 600_000,
    expiresAt: 600_000,
    locales: [],
    ...rest,
    ...(code && { code }),
  };
}
