import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conclude } from "../../src/dispatch/conclude.ts";
import type { Attempt } from "../../src/sms/attempt.ts";
import type { OutcomeName } from "../../src/sms/outcome.ts";
import type { NotSentKind, SendResult, UnknownKind } from "../../src/sms/send-result.ts";
import { notSent, unknown } from "../helpers/scripted-provider.ts";

/** What a certain failure says: about the person, about this account and message, or about the moment. */
const WORDS: Record<NotSentKind, "person" | "account" | "moment"> = {
  "invalid-recipient": "person",
  "opted-out": "person",
  "fraud-block": "person",
  "sender-refused": "account",
  "message-refused": "account",
  "destination-barred": "account",
  unauthorized: "moment",
  "quota-exhausted": "moment",
  "rate-limited": "moment",
  unavailable: "moment",
};
const KINDS = Object.keys(WORDS) as NotSentKind[];
const UNKNOWN_KINDS: UnknownKind[] = ["unavailable", "timeout", "bad-response"];

const refused = fc.constantFrom(...KINDS).map(notSent);
const unclear = fc.constantFrom(...UNKNOWN_KINDS).map(unknown);
const taken = fc.constantFrom<SendResult>({ outcome: "sent", providerMessageId: "id-1" }, { outcome: "captured" });
const name = fc.constantFrom("a", "b", "c", "d");

const tried = (result: fc.Arbitrary<SendResult>): fc.Arbitrary<Attempt> =>
  fc.record({
    provider: name,
    attemptId: fc.constant("a"),
    startedAt: fc.constant(0),
    result,
    durationMs: fc.nat(3_000),
  });
const skipped: fc.Arbitrary<Attempt> = fc.record({
  provider: name,
  skipped: fc.constantFrom("incapable", "disabled", "circuit-open", "cooling-down", "busy"),
  detail: fc.constant("scripted"),
});

const certain = fc.array(fc.oneof(tried(refused), skipped), { maxLength: 5 });
const mixed = fc.array(fc.oneof(tried(refused), tried(unclear), skipped), { maxLength: 8 });

/** Nothing comes after an acceptance: the loop ends there. */
const journey = fc.oneof(
  certain,
  mixed,
  fc.tuple(mixed, tried(taken)).map(([before, last]) => [...before, last]),
);

const resultsOf = (attempts: Attempt[]) => attempts.flatMap((attempt) => ("result" in attempt ? [attempt.result] : []));

/** The table of answers, read from its top. */
function byTheTable(attempts: Attempt[]): OutcomeName {
  const results = resultsOf(attempts);
  const outcomes = results.map(({ outcome }) => outcome);
  const words = results.flatMap((result) => (result.outcome === "not-sent" ? [WORDS[result.kind]] : []));
  if (outcomes.includes("sent")) return "sent";
  if (outcomes.includes("captured")) return "captured";
  if (outcomes.includes("unknown")) return "ambiguous";
  if (words.includes("person")) return "rejected";
  const skips = attempts.flatMap((attempt) => ("skipped" in attempt ? [attempt.skipped] : []));
  const idle = skips.filter((reason) => reason !== "incapable" && reason !== "disabled");
  if (results.length === 0 && idle.includes("busy") && new Set(idle).size === 1) return "shed";
  const isKeptAway = attempts.some((attempt) => "skipped" in attempt && attempt.skipped !== "incapable");
  return words.includes("moment") || isKeptAway ? "failed" : "rejected";
}

describe("conclude, whatever was tried", () => {
  it("says what the table of answers says", () => {
    fc.assert(
      fc.property(journey, (attempts) => {
        expect(conclude("msg_1", attempts)).toMatchObject({ name: byTheTable(attempts), messageId: "msg_1", attempts });
      }),
      { numRuns: 2_000 },
    );
  });

  it("never asks Kratos to send again what may have been sent", () => {
    fc.assert(
      fc.property(journey, (attempts) => {
        if (resultsOf(attempts).every(({ outcome }) => outcome === "not-sent")) return;
        expect(["failed", "shed"]).not.toContain(conclude("msg_1", attempts).name);
      }),
      { numRuns: 2_000 },
    );
  });

  it("names a provider exactly when one took the message, and gives a reason exactly when none did", () => {
    fc.assert(
      fc.property(journey, (attempts) => {
        const { name, provider, reason } = conclude("msg_1", attempts);
        const isTaken = name === "sent" || name === "captured";
        expect(provider).toBe(isTaken ? attempts.at(-1)?.provider : undefined);
        expect(reason === undefined).toBe(isTaken);
      }),
    );
  });
});
