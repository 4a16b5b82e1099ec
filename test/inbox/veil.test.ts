import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createMailbox } from "../../src/inbox/mailbox.ts";
import { veil } from "../../src/inbox/veil.ts";
import type { E164 } from "../../src/sms/e164.ts";
import type { GatewayEvent, RawRequest } from "../../src/sms/event.ts";
import type { Message } from "../../src/sms/message.ts";
import { loginMessage } from "../helpers/messages.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const REVIEWER = "+15005550006" as E164;
const PERSON = "+4915735990123" as E164;
const SECRETS = /15735990123|482913|login code|203\.0\.113\.7|b7ad6b71/;

const messageTo = (to: E164): Message =>
  loginMessage({
    ...{ to, text: "Your login code is: 482913", code: { value: "482913", source: "text" }, clientIp: "203.0.113.7" },
    traceparent: "00-b7ad6b71",
  });

/** Everything that is told of one message, and then a request that became none. */
function story(message: Message): GatewayEvent[] {
  const request: RawRequest = {
    ...{ method: "POST", path: "/courier/sms", headers: { "x-real-ip": "203.0.113.7" } },
    body: new TextEncoder().encode(JSON.stringify({ to: message.to, body: message.text })),
  };
  const half = { perMs: 1_000, fill: 0.5, used: 1, max: 2 };
  const segments = { encoding: "GSM-7", count: 1 } as never;
  const candidates = [{ provider: "a", plan: { sender: "ACME" } }];
  const decision = { route: "default", passedOver: [], candidates, text: message.text, segments };
  const attempt = { provider: "a", attemptId: "1", startedAt: 0, result: { outcome: "sent" }, durationMs: 5 } as const;
  const outcome = { name: "sent", messageId: message.id, provider: "a", attempts: [attempt] } as const;
  return [
    { type: "received", message, request },
    { type: "decided", message, decision },
    { type: "counted", message, counts: [{ ...half, dimension: "number" }], enforced: true },
    { type: "limited", message, dimension: "number", enforced: false },
    { type: "attempted", message, attempt },
    {
      type: "settled",
      tag: "aTag",
      message,
      decision,
      outcome: { ...outcome, attempts: [...outcome.attempts] },
      durationMs: 5,
    },
    { type: "answered", message, answer: { status: 200, headers: {}, body: "" } },
    { type: "refused", outcome: "invalid", status: 400, reason: "body: is not JSON", request },
  ];
}

/** Bytes as the text they are. */
const print = (value: unknown) =>
  JSON.stringify(value, (_, field) => (field instanceof Uint8Array ? new TextDecoder().decode(field) : field));

/** What a mailbox behind the veil was told, and has. */
function tellAll(...numbers: E164[]) {
  const mailbox = createMailbox({ clock: createVirtualClock() });
  const told: GatewayEvent[] = [];
  const tell = veil(
    (event) => {
      told.push(event);
      mailbox.tell(event);
    },
    new Set([REVIEWER]),
    ({ to }) => createHash("sha256").update(to).digest("hex"),
  );
  numbers.forEach((to, index) => {
    for (const event of story({ ...messageTo(to), id: `msg_${index}` })) tell(event);
  });
  return { told, mailbox };
}

describe("the inbox beside live mode", () => {
  it("is never told who a message to a person is for or what it says", () => {
    const { told, mailbox } = tellAll(PERSON);
    expect(told).toHaveLength(8);
    expect(print(told)).not.toMatch(SECRETS);
    expect(mailbox.latestCode(PERSON)).toBeUndefined();
  });

  it("still shows what became of it", () => {
    const [entry] = tellAll(PERSON).mailbox.list();
    expect(entry).toMatchObject({ outcome: "sent", provider: "a", message: { to: "************23", country: "DE" } });
    expect(entry?.attempts).toHaveLength(1);
  });

  it("keeps two people apart who look alike behind the mask", () => {
    expect(tellAll(PERSON, "+4915735990223" as E164).mailbox.list()).toHaveLength(2);
  });

  it("has a message to a number of its own whole", () => {
    const { told, mailbox } = tellAll(REVIEWER);
    expect(told.slice(0, 7)).toEqual(story({ ...messageTo(REVIEWER), id: "msg_0" }).slice(0, 7));
    expect(mailbox.latestCode(REVIEWER)?.message.code?.value).toBe("482913");
  });

  it("hides every request that became no message: nobody knows who it was for", () => {
    const { mailbox } = tellAll(REVIEWER);
    expect(mailbox.refusals()).toMatchObject([{ status: 400, reason: "body: is not JSON" }]);
    expect(print(mailbox.refusals())).not.toMatch(SECRETS);
  });
});
