import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decoded, readAnswer, type VendorAnswers } from "../../src/providers/read-answer.ts";
import type { Answer, NoAnswer } from "../../src/providers/transport.ts";
import type { E164 } from "../../src/sms/e164.ts";
import type { NotSentKind, UnknownKind } from "../../src/sms/send-result.ts";

const VENDOR: VendorAnswers = {
  vendor: "Acme",
  acceptedStatus: 201,
  contentType: "application/json",
  codes: { 7001: "opted-out", 7002: "rate-limited", "Some.Code": "unauthorized" },
  statuses: { 403: "unauthorized", 404: "sender-refused" },
};

const NOT_SENT_KINDS: NotSentKind[] = [
  ...(["invalid-recipient", "opted-out", "fraud-block", "sender-refused", "message-refused"] as const),
  ...(["destination-barred", "unauthorized", "quota-exhausted", "rate-limited", "unavailable"] as const),
];
const UNKNOWN_KINDS: UnknownKind[] = ["unavailable", "timeout", "bad-response"];

const contentType = fc.oneof(
  fc.constantFrom("application/json", "Application/JSON; charset=utf-8", "text/html"),
  fc.string(),
);
const retryAfter = fc.oneof(
  fc.nat().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.string(),
);
const answer = (status: fc.Arbitrary<number>): fc.Arbitrary<Answer> =>
  fc.record({
    status,
    headers: fc.record({ "content-type": contentType, "retry-after": retryAfter }, { requiredKeys: [] }),
    body: fc.oneof(fc.constant("{}"), fc.constant(""), fc.string()),
    complete: fc.boolean(),
  }) as fc.Arbitrary<Answer>;
const noAnswer: fc.Arbitrary<NoAnswer> = fc.record({
  failed: fc.constantFrom("before", "after"),
  cause: fc.constantFrom("connect", "timeout", "reset", "garbage"),
  code: fc.stringMatching(/^[A-Z_]{1,20}$/),
});
const anything = fc.oneof(
  fc.constantFrom<unknown>("7001", 7001, "7002", "Some.Code", "SM0123", "constructor", "__proto__", "+4915735990123"),
  fc.anything(),
);
const decoded: fc.Arbitrary<Decoded> = fc.record(
  { readable: fc.boolean(), id: anything, code: anything, refused: fc.boolean() },
  { requiredKeys: ["readable"] },
) as fc.Arbitrary<Decoded>;
const status = (least: number, most: number) => fc.integer({ min: least, max: most });
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const SMS = { to: "+4915735990123" as E164, text: "Your login code is: 482913" };
const read = (given: Answer | NoAnswer | undefined, content: Decoded) =>
  readAnswer(VENDOR, given, content, { sms: SMS, wallMs: NOW_MS });
const RUNS = { numRuns: 2_000 };

describe("reading an answer, whatever it is", () => {
  it("always comes to a result, without a word of the vendor's in it", () => {
    const given = fc.oneof(answer(fc.oneof(fc.constant(201), status(100, 999))), noAnswer, fc.constant(undefined));
    fc.assert(
      fc.property(given, decoded, (given, content) => {
        const result = read(given, content);
        expect(["sent", "not-sent", "unknown"]).toContain(result.outcome);
        if (result.outcome === "sent") expect(result.providerMessageId ?? "id").toMatch(/^[\w-]{1,64}$/);
        else if (result.outcome !== "captured") {
          expect([...NOT_SENT_KINDS, ...UNKNOWN_KINDS]).toContain(result.kind);
          expect(result.detail).toMatch(/^((the )?Acme|no connection to Acme) ?[\w ,:;()]*$/);
          expect(result.vendorCode ?? "word").toMatch(/^([1-9]\d{1,5}|[A-Za-z][\w.]{2,63})$/);
        }
      }),
      RUNS,
    );
  });

  it("calls only the documented status sent, and that one not sent only for a documented refusal", () => {
    fc.assert(
      fc.property(answer(fc.oneof(fc.constant(201), status(200, 399))), decoded, (given, content) => {
        const result = read(given, content);
        if (given.status !== VENDOR.acceptedStatus) expect(result.outcome).toBe("unknown");
        if (result.outcome !== "not-sent") return;
        expect(content.refused && given.complete && content.readable).toBe(true);
        expect(VENDOR.codes[String(content.code)]).toBe(result.kind);
      }),
      RUNS,
    );
  });

  it("calls the documented status sent when the rest of the answer in the documented type is cut off", () => {
    const cut = answer(fc.constant(201)).map((given) => ({
      ...given,
      headers: { "content-type": "application/json" },
      complete: false,
    }));
    fc.assert(
      fc.property(cut, decoded, (given, content) => {
        expect(read(given, content)).toEqual({ outcome: "sent" });
      }),
    );
  });

  it("calls every 4xx not sent, whatever its body says, and asks for patience only when throttled", () => {
    fc.assert(
      fc.property(
        answer(fc.oneof(fc.constantFrom(400, 401, 403, 404, 429), status(400, 499))),
        decoded,
        (given, content) => {
          const result = read(given, content);
          expect(result.outcome).toBe("not-sent");
          if (result.outcome !== "not-sent") return;
          const clear: Record<number, NotSentKind> = { 401: "unauthorized", 429: "rate-limited" };
          expect(result.kind).toBe(clear[given.status] ?? result.kind);
          if (result.kind !== "rate-limited") expect(result).not.toHaveProperty("retryAfterMs");
          expect(result.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(result.retryAfterMs ?? 0)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it("calls every 5xx unknown, whatever its body says", () => {
    fc.assert(
      fc.property(answer(status(500, 999)), decoded, (given, content) => {
        expect(read(given, content)).toMatchObject({ outcome: "unknown", kind: "unavailable" });
      }),
    );
  });

  it("calls a request of which no byte left not sent, and every other one without an answer unknown", () => {
    fc.assert(
      fc.property(noAnswer, decoded, (given, content) => {
        expect(read(given, content).outcome).toBe(given.failed === "before" ? "not-sent" : "unknown");
      }),
    );
  });
});
