import { describe, expect, it } from "vitest";
import { destinationOptions, refuseDestination } from "../../src/guard/destinations.ts";
import { parseNumber } from "../../src/sms/e164.ts";

function refusal(policy: object, number: string): string | undefined {
  const parsed = parseNumber(number);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const { number: to, country, type } = parsed;
  return refuseDestination(destinationOptions.parse(policy), { to, country, ...(type && { numberType: type }) });
}

describe("refuseDestination", () => {
  it.each<[sentence: string, policy: object, number: string, refused: boolean]>([
    ["allows a listed country", { countries: ["DE"] }, "+4915735990123", false],
    ["refuses an unlisted country", { countries: ["DE"] }, "+33612345678", true],
    ["tells Jamaica from the United States", { countries: ["US"] }, "+18765551234", true],
    ["refuses a denied type", { countries: ["DE"], denyTypes: ["premium-rate"] }, "+499001234567", true],
    ["allows a type that is not denied", { countries: ["DE"], denyTypes: ["premium-rate"] }, "+4915735990123", false],
    ["refuses a denied prefix", { countries: ["DE"], denyPrefixes: ["+491573"] }, "+4915735990123", true],
    ["refuses satellite numbers whatever the list says", {}, "+881612345678", true],
    ["lets an exempt number past everything", { countries: ["DE"], exempt: ["+15005550006"] }, "+15005550006", false],
    ["refuses its neighbour", { countries: ["DE"], exempt: ["+15005550006"] }, "+15005550007", true],
    ["allows every country while there is no list", {}, "+33612345678", false],
  ])("%s", (_, policy, number, refused) => {
    expect(refusal(policy, number) !== undefined).toBe(refused);
  });

  it("gives its reason without the number", () => {
    expect(refusal({ countries: ["DE"] }, "+33612345678")).toBe("country FR is not in destinations.countries");
  });
});
