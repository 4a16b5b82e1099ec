import { describe, expect, it } from "vitest";
import { conclude } from "../../src/dispatch/conclude.ts";
import type { Attempt, SkipReason } from "../../src/sms/attempt.ts";
import type { SendResult } from "../../src/sms/send-result.ts";
import { notSent, sent, unknown } from "../helpers/scripted-provider.ts";

const tried = (result: SendResult, index: number): Attempt => ({
  provider: `p${index}`,
  attemptId: `a${index}`,
  startedAt: 0,
  result,
  durationMs: 1,
});
const skipped: Attempt = { provider: "p9", skipped: "incapable", detail: "no sender" };

const rows: [why: string, results: SendResult[], outcome: string][] = [
  ["accepted at once", [sent], "sent"],
  ["kept by the inbox", [{ outcome: "captured" }], "captured"],
  ["accepted after a refusal", [notSent("unavailable"), sent], "sent"],
  ["accepted after an unknown", [unknown("timeout"), sent], "sent"],
  ["two unknowns", [unknown("timeout"), unknown("unavailable")], "ambiguous"],
  [
    "one unknown and then a certain failure: asking for more could send it again and again",
    [unknown("timeout"), notSent("unavailable")],
    "ambiguous",
  ],
  ["a number nobody can reach", [notSent("invalid-recipient")], "rejected"],
  ["an opt-out after a failure", [notSent("unavailable"), notSent("opted-out")], "rejected"],
  ["a fraud block", [notSent("fraud-block")], "rejected"],
  [
    "every provider refused the message",
    [notSent("sender-refused"), notSent("destination-barred"), notSent("message-refused")],
    "rejected",
  ],
  ["one refused, another was down", [notSent("sender-refused"), notSent("unavailable")], "failed"],
  ["wrong credentials everywhere", [notSent("unauthorized")], "failed"],
  ["no credit", [notSent("quota-exhausted")], "failed"],
  ["throttled everywhere", [notSent("rate-limited"), notSent("rate-limited")], "failed"],
  ["nobody was capable", [], "rejected"],
];

describe("conclude", () => {
  it.each(rows)("%s", (_, results, outcome) => {
    const attempts = [skipped, ...results.map(tried)];
    expect(conclude("msg_1", attempts)).toMatchObject({ name: outcome, messageId: "msg_1", attempts });
  });

  it.each<[why: string, reasons: SkipReason[], outcome: string]>([
    ["every provider has as much under way as it may", ["busy", "busy"], "shed"],
    ["those that are not busy could not be used anyway", ["incapable", "busy", "disabled"], "shed"],
    ["one was in trouble, and busy with its probe", ["circuit-open", "busy"], "failed"],
    ["one throttled, the other was busy", ["cooling-down", "busy"], "failed"],
    ["the operator switched all off", ["disabled", "disabled"], "failed"],
  ])("%s", (_, reasons, outcome) => {
    const attempts = reasons.map((reason, index) => ({ provider: `p${index}`, skipped: reason, detail: "scripted" }));
    expect(conclude("msg_1", attempts).name).toBe(outcome);
  });

  it("says failed when one was asked and could not, and the others were busy", () => {
    const busy: Attempt = { provider: "p1", skipped: "busy", detail: "scripted" };
    expect(conclude("msg_1", [tried(notSent("sender-refused"), 0), busy]).name).toBe("failed");
  });

  it("names the provider that took the message", () => {
    expect(conclude("msg_1", [notSent("unavailable"), sent].map(tried)).provider).toBe("p1");
    expect(conclude("msg_1", [tried(unknown("timeout"), 0)]).provider).toBeUndefined();
  });
});
