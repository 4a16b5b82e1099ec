import { describe, expect, it } from "vitest";
import type { CourierMessage } from "../helpers/kratos-double.ts";
import { type Books, type LoggedMessage, printReckoning, reckon } from "../helpers/ledger.ts";

const TO = "+4915735990123";
const sms = { to: TO, text: "Your login code is: 482913" };
const sent = { provider: "a", outcome: "sent" };
const unknown = { provider: "a", outcome: "unknown", kind: "timeout" };

/** The books of one message: how it was answered, what the log says, how often each vendor took it. */
function books(answers: [number, string][], lines: Partial<LoggedMessage>[], accepts: Record<string, number>): Books {
  const posts = answers.map(([status, outcome]) => ({ status, outcome, tookMs: 10 }));
  const logged = lines.map((line) => ({ id: "msg_1", to: TO, durationMs: 1, attempts: [], ...line }));
  const status = answers.at(-1)?.[0] === 200 ? "sent" : "abandoned";
  const message: CourierMessage = { ...sms, code: "482913", template: "", status, sendCount: 1, posts, tookMs: 10 };
  const attempts = logged.flatMap((line) => line.attempts);
  const counters = [
    ...logged.map(({ outcome }) => `sms_messages_total{outcome="${outcome}"} 1`),
    ...attempts.map(
      ({ provider, kind, outcome }) => `sms_attempts_total{provider="${provider}",kind="${kind ?? outcome}"} 1`,
    ),
  ];
  return {
    messages: [message],
    accepted: Object.fromEntries(Object.entries(accepts).map(([name, count]) => [name, Array(count).fill(sms)])),
    log: logged.map((line) => `${JSON.stringify({ ...line, msg: `message ${line.outcome}` })}\n`).join(""),
    metrics: counters.join("\n"),
    tag: (to) => to,
    answerWithinMs: 8_000,
    standstillMs: 0,
  };
}

describe("the ledger", () => {
  it.each<[what: string, given: Books, line: string]>([
    [
      "a code that was sent",
      books([[200, "sent"]], [{ outcome: "sent", attempts: [sent] }], { a: 1 }),
      "sent 1 · duplicates ambiguous 0 unexplained 0 · lost 0",
    ],
    [
      "a code that was sent again after an unknown",
      books([[200, "sent"]], [{ outcome: "sent", attempts: [unknown, { ...sent, provider: "b" }] }], { a: 1, b: 1 }),
      "sent 1 · duplicates ambiguous 1 unexplained 0 · lost 0",
    ],
    [
      "a number that was refused",
      books([[200, "rejected"]], [{ outcome: "rejected" }], { a: 0 }),
      "lost 0 · suppressed 1 · failed 0",
    ],
    [
      "a code that Kratos gave up",
      books([[503, "failed"]], [{ outcome: "failed" }], { a: 0 }),
      "lost 1 · suppressed 0 · failed 0",
    ],
  ])("finds nothing wrong with %s", (_, given, line) => {
    expect(reckon(given).broken).toEqual([]);
    expect(printReckoning(reckon(given))).toContain(line);
  });

  it.each<[lie: string, given: Books, found: RegExp]>([
    [
      "says sent and has not",
      books([[200, "sent"]], [{ outcome: "sent", attempts: [sent] }], { a: 0 }),
      /^I1 said sent, and no vendor/,
    ],
    ["says failed and has sent", books([[503, "failed"]], [{ outcome: "failed" }], { a: 1 }), /^I2 never acknowledged/],
    [
      "says failed and does not know",
      books([[503, "failed"]], [{ outcome: "failed", attempts: [unknown] }], { a: 0 }),
      /^I2 failed though/,
    ],
    [
      "knowingly sends twice",
      books([[200, "sent"]], [{ outcome: "sent", attempts: [sent, sent] }], { a: 2 }),
      /^I3 knowingly/,
    ],
    [
      "tries on and on",
      books([[200, "sent"]], [{ outcome: "sent", attempts: [unknown, unknown, sent] }], { a: 1 }),
      /^I6/,
    ],
    [
      "logs what it did not answer",
      books([[200, "sent"]], [{ outcome: "sent", attempts: [sent] }, { outcome: "sent" }], { a: 1 }),
      /^I8 sent logged 2 times/,
    ],
    [
      "counts otherwise than it logs",
      { ...books([[200, "sent"]], [{ outcome: "sent", attempts: [sent] }], { a: 1 }), metrics: "" },
      /^I8 log and metrics differ/,
    ],
    [
      "says not sent of what was taken",
      books(
        [[200, "rejected"]],
        [{ outcome: "rejected", attempts: [{ provider: "a", outcome: "not-sent", kind: "invalid-recipient" }] }],
        { a: 1 },
      ),
      /^I8 a took 1/,
    ],
  ])("catches a gateway that %s", (_, given, found) => {
    expect(reckon(given).broken).toContainEqual(expect.stringMatching(found));
  });

  it("catches an answer that is late, and a breaker that a refused number moved", () => {
    const given = books([[200, "rejected"]], [{ outcome: "rejected" }], { a: 0 });
    const late = given.messages.map((message) => ({
      ...message,
      posts: message.posts.map((post) => ({ ...post, tookMs: 8_300 })),
    }));
    const log = `${given.log}{"provider":"a","breaker":"open"}\n`;
    const { broken } = reckon({ ...given, messages: late, log });
    expect(broken).toEqual([
      "I5 answered after 8300 ms",
      "I9 the breaker of a moved without a failure of the provider",
    ]);
  });

  it("calls a second sending without an unknown unexplained", () => {
    expect(reckon(books([[200, "sent"]], [{ outcome: "sent", attempts: [sent] }], { a: 2 }))).toMatchObject({
      unexplained: 1,
    });
  });
});
