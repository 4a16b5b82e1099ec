import { describe, expect, it } from "vitest";
import { whySteps } from "../../../src/inbox/ui/why.ts";
import type { Detail } from "../../../src/inbox/ui/wire.ts";
import { detail } from "./detail.ts";

const decision = detail().decision as NonNullable<Detail["decision"]>;

/** The sentences, each with its state before it. */
function told(fields: Partial<Detail> = {}): string[] {
  return whySteps(detail(fields)).map(({ state, says }) => `${state}: ${says}`);
}

describe("why this route", () => {
  it("tells the whole way in order", () => {
    const [first, ...rest] = told();
    expect(first).toMatch(/^done: POST \/courier\/sms came in at \d\d:\d\d:31, 2 bytes\.$/);
    expect(rest).toEqual([
      "done: It is a login_code_valid message; the code was found in the template data.",
      "done: +1 202 555 0143 is a fixed line or mobile number in United States.",
      "done: This destination is allowed.",
      'skipped: The route "india" does not match: country is US.',
      'done: The route "default" matches.',
      "done: The text takes 1 segment in GSM-7.",
      "skipped: acme is skipped: US is not among its countries.",
      "chosen: twilio-main as ACME is chosen; the inbox took the message.",
      "skipped: plivo-main as +14155550101 would be next; it was not needed.",
      "done: Kratos was answered 200, captured: the inbox keeps it, nothing was sent.",
    ]);
  });

  it("tells who shares a place", () => {
    const candidates = [
      { provider: "plivo-main", share: 0.125, sender: "ACME" },
      { provider: "twilio-main", share: 0.875, sender: "ACME" },
    ];
    expect(told({ decision: { ...decision, candidates } })).toContain(
      "done: A place is shared by numbers (plivo-main 12.5 %, twilio-main 87.5 %); this number's order follows.",
    );
  });

  it("says how long an attempt and the answer took, and of nothing else", () => {
    expect(whySteps(detail()).flatMap(({ ms }) => ms ?? [])).toEqual([3, 4]);
  });

  const number = { dimension: "number", perMs: 600_000, max: 5, used: 6 };
  it.each<[what: string, fields: Partial<Detail>, sentence: string]>([
    [
      "where it came from and how long it was",
      { request: { ...detail().request, bytes: 1, remoteAddress: "::1" } as never },
      "from ::1, 1 byte.",
    ],
    ["that no code was found", { code: undefined }, "done: It is a login_code_valid message; no code was found in it."],
    [
      "that nothing is decided yet",
      { decision: undefined, attempts: [], outcome: "pending" },
      "open: Nothing is decided yet.",
    ],
    ["that the answer is still open", { outcome: "pending", durationMs: undefined }, "open: No answer yet."],
    [
      "a refused destination",
      {
        decision: { ...decision, refusedBecause: "premium rate", route: undefined, candidates: [] },
        outcome: "rejected",
        attempts: [],
      },
      "stopped: This destination is refused: premium rate.",
    ],
    [
      "that no route matches",
      { decision: { ...decision, route: undefined, candidates: [] } },
      "stopped: No route matches.",
    ],
    [
      "once that no limit is in the way",
      {
        limits: [
          { ...number, used: 1, enforced: true },
          { ...number, perMs: 86_400_000, used: 5, enforced: true },
        ],
      },
      "allowed.\ndone: It is within the limits.\nskipped: The route",
    ],
    [
      "a limit that stops",
      { limits: [{ ...number, enforced: true }] },
      "stopped: 6 of 5 to this number in 10 min: over the limit.",
    ],
    [
      "a limit that only counts",
      { limits: [{ ...number, enforced: false }] },
      "warn: 6 of 5 to this number in 10 min: over the limit, which is only counted here.",
    ],
    [
      "money",
      {
        cost: { amount: 0.01, currency: "USD" },
        limits: [{ dimension: "spend-total", perMs: 86_400_000, max: 1, used: 1.5, enforced: true }],
      },
      "stopped: 1.5 of 1 USD spent in all in 24 h: over the limit.",
    ],
    [
      "a vendor that did not send it",
      {
        attempts: [
          { provider: "twilio-main", outcome: "not-sent", kind: "unavailable", vendorCode: "20503", durationMs: 9 },
        ],
      },
      "warn: twilio-main as ACME did not send it: unavailable, 20503.",
    ],
    [
      "a vendor that was switched off",
      { attempts: [{ provider: "twilio-main", skipped: "circuit-open", detail: "" }] },
      "skipped: twilio-main is skipped: circuit open.",
    ],
    [
      "a failure, which makes Kratos try again",
      { outcome: "failed", provider: undefined },
      "stopped: Kratos was answered 503, failed: Kratos tries again.",
    ],
    ["that it was asked for again", { requestCount: 2 }, "warn: The same message was asked for 2 times."],
    [
      "which attempt it was",
      { attempt: { number: 6, of: 6, state: "abandoned" } },
      "stopped: This was attempt 6 of 6: Kratos gave up, it seems.",
    ],
    ["what was simulated", { simulated: "1503: always 503" }, "warn: Simulated: 1503: always 503"],
    [
      "why there is an account that nobody configured",
      { decision: { ...decision, candidates: [{ provider: "inbox" }, { provider: "inbox-backup" }] }, attempts: [] },
      "inbox-backup would be next; it was not needed. Dev mode without vendors has it to show failover.",
    ],
  ])("says %s", (_, fields, sentence) => {
    expect(told(fields).join("\n")).toContain(sentence);
  });
});
