import { describe, expect, it } from "vitest";
import { readAnswer, type VendorAnswers } from "../../src/providers/read-answer.ts";
import type { Answer } from "../../src/providers/transport.ts";
import type { E164 } from "../../src/sms/e164.ts";

const VENDOR: VendorAnswers = {
  vendor: "Acme",
  acceptedStatus: 201,
  contentType: "application/json",
  codes: { 7001: "opted-out" },
  statuses: { 403: "unauthorized" },
};
const SMS = { to: "+4915735990123" as E164, text: "Your login code is: 482 913" };
const answer = (status: number, rest: Partial<Answer> = {}): Answer => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: "{}",
  complete: true,
  ...rest,
});
const read = (...[given, decoded]: [Parameters<typeof readAnswer>[1], Parameters<typeof readAnswer>[2]]) =>
  readAnswer(VENDOR, given, decoded, { sms: SMS, wallMs: 0 });

describe("reading an answer", () => {
  it("takes a call in which the SDK asked for no request as not sent", () => {
    expect(read(undefined, { readable: false })).toMatchObject({ outcome: "not-sent", kind: "message-refused" });
  });

  it("takes the content type with its parameters and in any case", () => {
    const shouted = answer(201, { headers: { "content-type": "Application/JSON;charset=UTF-8" } });
    expect(read(shouted, { readable: true, id: "a" })).toEqual({ outcome: "sent", providerMessageId: "a" });
  });

  it("does not trust an id from a body that is not complete", () => {
    const cut = answer(201, { complete: false });
    expect(read(cut, { readable: true, id: "a" })).toEqual({ outcome: "sent" });
  });

  it.each<[id: string, logged: string]>([
    ["SM0123456789abcdef0123456789abcdef", "SM0123456789abcdef0123456789abcdef"],
    ["567910b5-7f3c-5e8d-9d2c-5f0c2b0b7a11", "567910b5-7f3c-5e8d-9d2c-5f0c2b0b7a11"],
    ["SM01234567890123456789012345678901", "SM01234567890123456789012345678901"],
    ["login", "login"],
    ["1", "masked"],
    ["20-26_11", "masked"],
    ["SM4915735990123", "masked"],
    ["a-1573599-0123", "masked"],
    ["msg482913", "masked"],
    ["482913abc", "masked"],
  ])("logs the id %s as %s", (id, logged) => {
    expect(read(answer(201), { readable: true, id })).toEqual({ outcome: "sent", providerMessageId: logged });
  });

  it("puts what the status says before the code where both are clear", () => {
    expect(read(answer(401), { readable: false, code: 7001 })).toMatchObject({ kind: "unauthorized" });
    expect(read(answer(429), { readable: false, code: 7001 })).toMatchObject({ kind: "rate-limited" });
    expect(read(answer(403), { readable: false, code: 7001 })).toMatchObject({ kind: "opted-out" });
    expect(read(answer(503), { readable: false, code: 7001 })).toMatchObject({ outcome: "unknown" });
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("finds no kind under the code %s", (code) => {
    expect(read(answer(400), { readable: false, code })).toMatchObject({ kind: "message-refused" });
  });

  it.each(["+4915112345678", "4915112345678", "1234567", "Your code is 1", "", 0, Number.NaN, {}, null])(
    "keeps no code that could be something private: %j",
    (code) => {
      expect(read(answer(400), { readable: false, code })).not.toHaveProperty("vendorCode");
    },
  );
});
