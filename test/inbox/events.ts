import type { Attempt } from "../../src/sms/attempt.ts";
import type { Decision } from "../../src/sms/decision.ts";
import type { E164 } from "../../src/sms/e164.ts";
import type { RawRequest, Tell } from "../../src/sms/event.ts";
import type { Message, MessageId } from "../../src/sms/message.ts";
import type { OutcomeName } from "../../src/sms/outcome.ts";

/** A message as a test wants it; the rest is filled in. */
export function message(fields: Partial<Omit<Message, "to" | "code">> & { to?: string; code?: string } = {}): Message {
  const { to = "+12025550143", code = "482913", ...rest } = fields;
  counter += 1;
  return {
    id: `msg_${String(counter).padStart(24, "0")}` as MessageId,
    country: "US",
    numberType: "fixed-line-or-mobile",
    text: `Your login code is: ${code}`,
    template: "login_code_valid",
    receivedAt: Date.UTC(2026, 10, 21, 12, 4, 31),
    locales: ["en"],
    // Else two of a test's messages would be the same one, asked for twice.
    occurredAt: String(counter),
    ...rest,
    to: to as E164,
    ...(code && { code: { value: code, source: "text" } as const }),
  };
}

let counter = 0;

/** The raw request that asked for a message. */
export function rawRequest(body = "{}"): RawRequest {
  return {
    method: "POST",
    path: "/courier/sms",
    headers: { authorization: "[masked]", host: "127.0.0.1:8080" },
    body: Buffer.from(body),
  };
}

/** A decision that would try `providers` in turn. */
export function decision({ text }: Message, providers = ["twilio-main", "plivo-main"]): Decision {
  return {
    passedOver: [],
    route: "default",
    candidates: providers.map((provider) => ({ provider, plan: { sender: `${provider}-sender` } })),
    text,
    segments: { encoding: "GSM-7", count: 1 },
  };
}

/** Tells everything that a gateway tells of one message, except its end. */
export function arrive(tell: Tell, sms: Message, body?: string): void {
  tell({ type: "received", message: sms, request: rawRequest(body) });
  tell({ type: "decided", message: sms, decision: decision(sms) });
}

/** Tells the end of a message; `of` is the message that a duplicate repeats. */
export function settle(tell: Tell, sms: Message, name: OutcomeName = "captured", of: Message = sms): void {
  const attempts: Attempt[] = [
    { provider: "twilio-main", attemptId: "a1", startedAt: 0, result: { outcome: "captured" }, durationMs: 3 },
  ];
  const outcome = { name, messageId: of.id, provider: "twilio-main", attempts: name === "captured" ? attempts : [] };
  tell({ type: "settled", tag: "aTag", message: sms, decision: decision(sms), outcome, durationMs: 5 });
}

/** A message from its arrival to its end. */
export function capture(tell: Tell, fields?: Parameters<typeof message>[0]): Message {
  const sms = message(fields);
  arrive(tell, sms);
  settle(tell, sms);
  return sms;
}
