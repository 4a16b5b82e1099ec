import { describe, expect, it } from "vitest";
import { chooseRoute, routeOptions } from "../../src/routing/match.ts";
import type { Country, E164 } from "../../src/sms/e164.ts";

const routes = [
  { name: "reviewers", match: { recipient: ["+15005550006"] }, chain: ["a"] },
  { name: "india", match: { country: ["IN"] }, chain: ["a"] },
  { name: "recovery", match: { template: ["recovery_code_valid"], country: ["DE", "GB"] }, chain: ["a"] },
  { name: "o2", match: { prefix: ["+49176", "+49159"] }, chain: ["a"] },
  { name: "default", chain: ["a"] },
].map((route) => routeOptions.parse(route));

const subject = (to: string, country: Country, template = "login_code_valid") => ({
  to: to as E164,
  country,
  template,
});

describe("chooseRoute", () => {
  it.each<[why: string, ReturnType<typeof subject>, route: string]>([
    ["an exact number", subject("+15005550006", "US"), "reviewers"],
    ["a country", subject("+919876543210", "IN"), "india"],
    ["a template in a listed country", subject("+4915735990123", "DE", "recovery_code_valid"), "recovery"],
    ["the same template elsewhere", subject("+33612345678", "FR", "recovery_code_valid"), "default"],
    ["any prefix of the list", subject("+4915901234567", "DE"), "o2"],
    ["the first of several that match", subject("+4917612345678", "DE", "recovery_code_valid"), "recovery"],
    ["nothing special", subject("+33612345678", "FR"), "default"],
  ])("matches by %s", (_, message, route) => {
    expect(chooseRoute(routes, message).route?.name).toBe(route);
  });

  it("finds none when none matches", () => {
    expect(chooseRoute(routes.slice(0, -1), subject("+33612345678", "FR")).route).toBeUndefined();
  });

  it("says why each route before it does not match, without telling the number", () => {
    const { passedOver } = chooseRoute(routes, subject("+33612345678", "FR"));
    expect(passedOver).toEqual([
      { route: "reviewers", because: "the number is not one of its recipients" },
      { route: "india", because: "country FR is not in IN" },
      { route: "recovery", because: "country FR is not in DE, GB" },
      { route: "o2", because: "the number has none of the prefixes +49176, +49159" },
    ]);
  });
});
