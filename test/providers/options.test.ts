import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { planFor, providerOptions, providerTypes } from "../../src/providers/registry.ts";
import type { Country, E164 } from "../../src/sms/e164.ts";

const TWILIO = { type: "twilio", accountSid: "AC1", authToken: "hidden-1", sender: { default: { from: "ACME" } } };
const PLIVO = { type: "plivo", authId: "MA1", authToken: "hidden-1", sender: { default: { from: "ACME" } } };
const SNS = { type: "sns", region: "eu-central-1" };

const problemsOf = (options: object) =>
  providerOptions.safeParse(options).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("options", () => {
  it.each([
    TWILIO,
    { ...TWILIO, authToken: undefined, apiKeySid: "SK1", apiKeySecret: "hidden-1" },
    { ...TWILIO, sender: { default: { messagingServiceSid: "MG0123" }, GB: { from: "ACME" } } },
    { ...TWILIO, sender: { US: { from: "+14155550101" }, DE: { from: "12345" }, FR: { from: "My Shop 24" } } },
    { ...TWILIO, baseUrl: "http://localhost:8080", maxInFlight: 5 },
    PLIVO,
    { ...PLIVO, sender: { default: { powerpackUuid: "86bbb125" } }, baseUrl: "https://api.plivo.com/" },
    SNS,
    { ...SNS, accessKeyId: "AKIA1", secretAccessKey: "hidden-1", sender: { default: { originationNumber: "12345" } } },
    { type: "inbox" },
  ])("take %j", (options) => {
    expect(problemsOf(options)).toEqual([]);
  });

  it.each<[object, string]>([
    [{}, "type"],
    [{ type: "twillio" }, "type"],
    [{ ...TWILIO, acountSid: "AC1" }, ""],
    [{ ...TWILIO, accountSid: "SK1" }, "accountSid"],
    [{ ...TWILIO, authToken: "" }, "authToken"],
    [{ ...TWILIO, authToken: undefined }, "authToken"],
    [{ ...TWILIO, apiKeySid: "SK1", apiKeySecret: "hidden-1" }, "authToken"],
    [{ ...TWILIO, authToken: undefined, apiKeySid: "SK1" }, "authToken"],
    [{ ...TWILIO, sender: {} }, "sender"],
    [{ ...TWILIO, sender: { UK: { from: "ACME" } } }, "sender.UK"],
    [{ ...TWILIO, sender: { de: { from: "ACME" } } }, "sender.de"],
    [{ ...TWILIO, sender: { default: { from: "TWELVELETTER" } } }, "sender.default.from"],
    [{ ...TWILIO, sender: { default: { from: "14155550101" } } }, "sender.default.from"],
    [{ ...TWILIO, sender: { default: { from: "ACME\r\nX" } } }, "sender.default.from"],
    [{ ...TWILIO, sender: { default: { messagingServiceSid: "SM1" } } }, "sender.default.messagingServiceSid"],
    [{ ...TWILIO, sender: { default: { from: "ACME", messagingServiceSid: "MG1" } } }, "sender.default"],
    [{ ...TWILIO, baseUrl: "http://api.example.com" }, "baseUrl"],
    [{ ...TWILIO, baseUrl: "http://127.0.0.1.example.com" }, "baseUrl"],
    [{ ...TWILIO, baseUrl: "https://user:pass@api.example.com" }, "baseUrl"],
    [{ ...TWILIO, baseUrl: "https://api.example.com/?x=1" }, "baseUrl"],
    [{ ...TWILIO, baseUrl: "api.example.com" }, "baseUrl"],
    [{ ...TWILIO, maxInFlight: 0 }, "maxInFlight"],
    [{ ...PLIVO, authId: "MA1/../x" }, "authId"],
    [{ ...PLIVO, sender: { default: { from: "My Shop" } } }, "sender.default.from"],
    [{ ...SNS, region: "Frankfurt" }, "region"],
    [{ ...SNS, accessKeyId: "AKIA1" }, "accessKeyId"],
    [{ ...SNS, sender: { default: { senderId: "AB" } } }, "sender.default.senderId"],
    [{ ...SNS, sender: { default: { senderId: "ACME", originationNumber: "12345" } } }, "sender.default"],
    [{ type: "inbox", baseUrl: "https://x.example" }, ""],
  ])("refuse %j at %j", (options, path) => {
    const problems = problemsOf(options);
    expect(problems.map((problem) => problem.split(":")[0])).toContain(path);
    expect(problems.join()).not.toContain("hidden-1");
  });

  it("say which words a type may be", () => {
    expect(problemsOf({ type: "twillio" })).toEqual(["type: must be one of twilio, sns, plivo, inbox"]);
    expect(providerTypes).toEqual(["twilio", "sns", "plivo", "inbox"]);
  });

  it("say what a sender may be", () => {
    expect(problemsOf({ ...TWILIO, sender: { default: { from: "TWELVELETTER" }, GB: {} } })).toEqual([
      "sender.default.from: must be a number with +, a short code, or a name of at most 11 letters and digits",
      "sender.GB: must be either { from } or { messagingServiceSid }",
    ]);
  });

  it("report every missing field of an account at once", () => {
    expect(problemsOf({ type: "plivo" })).toHaveLength(3);
  });

  it("print without their secrets", () => {
    const parsed = providerOptions.parse(TWILIO);
    expect(inspect(parsed) + JSON.stringify(parsed)).not.toContain("hidden-1");
    expect(JSON.parse(JSON.stringify(parsed))).toMatchObject({ accountSid: "AC1", authToken: "[secret]" });
  });
});

describe("a plan", () => {
  const both = { default: { from: "ACME" }, US: { from: "+14155550101" } };
  const snsBoth = { default: { senderId: "ACME" }, US: { originationNumber: "+14155550101" } };
  const ascii = (length: number) => "a".repeat(length);
  const cyrillic = (length: number) => "я".repeat(length);

  it.each<[object, Country, string, string]>([
    [{ ...TWILIO, sender: both }, "DE", "Hi", "ACME"],
    [{ ...TWILIO, sender: both }, "US", "Hi", "+14155550101"],
    [{ ...TWILIO, sender: { default: { messagingServiceSid: "MG1" } } }, "US", "Hi", "MG1"],
    [TWILIO, "001", cyrillic(1_600), "ACME"],
    [{ ...PLIVO, sender: both }, "US", "Hi", "+14155550101"],
    [{ ...PLIVO, sender: { default: { powerpackUuid: "86bb" } } }, "CA", "Hi", "86bb"],
    [PLIVO, "DE", ascii(1_600), "ACME"],
    [PLIVO, "DE", cyrillic(737), "ACME"],
    [{ ...SNS, sender: snsBoth }, "US", "Hi", "+14155550101"],
    [SNS, "US", "Hi", "chosen by AWS"],
    [{ ...SNS, sender: snsBoth }, "GB", "Hi", "ACME"],
    [SNS, "GB", "Hi", "chosen by AWS"],
    [SNS, "CA", "Hi", "chosen by AWS"],
    [{ type: "inbox" }, "KP", "Hi", "inbox"],
  ])("of %j for %s names the sender", (options, country, text, sender) => {
    expect(planFor(providerOptions.parse(options), { to: "+1" as E164, country, text })).toEqual({ sender });
  });

  it.each<[object, Country, string, RegExp]>([
    [{ ...TWILIO, sender: { GB: { from: "ACME" } } }, "DE", "Hi", /no sender for DE and no default/],
    [TWILIO, "US", "Hi", /US takes no alphanumeric sender/],
    [TWILIO, "PR", "Hi", /PR takes no alphanumeric sender/],
    [TWILIO, "DE", ascii(1_601), /at most 1600/],
    [PLIVO, "CA", "Hi", /CA takes no alphanumeric sender/],
    [PLIVO, "DE", ascii(1_601), /at most 1600/],
    [PLIVO, "DE", cyrillic(738), /737 outside the GSM alphabet/],
    [
      { ...SNS, sender: { default: { senderId: "ACME" } } },
      "US",
      "Hi",
      /US takes no senderId, only an originationNumber/,
    ],
    [{ ...SNS, sender: { default: { senderId: "ACME" } } }, "CA", "Hi", /CA takes no senderId/],
    [{ ...SNS, sender: { GB: {} } }, "DE", "Hi", /no sender for DE/],
    [SNS, "DE", ascii(1_601), /at most 1600/],
  ])("of %j for %s says why it cannot", (options, country, text, reason) => {
    const plan = planFor(providerOptions.parse(options), { to: "+1" as E164, country, text });
    expect(plan).toEqual({ incapable: expect.stringMatching(reason) });
  });
});
