import { describe, expect, it } from "vitest";
import type { Configuration } from "../../src/config/configuration.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { printProblem } from "../../src/config/problems.ts";
import { findUnchangeable } from "../../src/config/unchangeable.ts";

const LIVE = {
  GATEWAY_API_KEY: "key-of-kratos",
  ALLOWED_COUNTRIES: "DE",
  PLIVO_AUTH_ID: "MA0",
  PLIVO_AUTH_TOKEN: "token",
  PLIVO_FROM: "+14155550101",
};

function fromEnvironment(more: Record<string, string> = {}): Configuration {
  const loaded = loadConfiguration({ ...LIVE, ...more });
  if ("problems" in loaded) throw new Error(loaded.problems.map(printProblem).join());
  return loaded.configuration;
}

describe("a running gateway", () => {
  it("takes what leaves its ground alone", () => {
    const changed = fromEnvironment({ GATEWAY_API_KEY: "another", ALLOWED_COUNTRIES: "US", PLIVO_AUTH_TOKEN: "new" });
    expect(findUnchangeable(fromEnvironment(), changed)).toEqual([]);
  });

  it("names every key that it cannot change, and no value", () => {
    const problems = findUnchangeable(
      fromEnvironment({ GATEWAY_SECRET: "secret-1" }),
      fromEnvironment({ GATEWAY_SECRET: "secret-2", PORT: "1", OPS_HOST: "127.0.0.1" }),
    ).map(printProblem);
    expect(problems).toEqual(
      ["secret", "listen", "ops"].map((key) => `the environment ${key}: has changed, which takes a restart`),
    );
  });

  it("is not turned into another one by a lost file", () => {
    const running = { ...fromEnvironment(), source: "gateway.yaml" };
    expect(findUnchangeable(running, fromEnvironment()).map(printProblem)).toEqual([
      expect.stringMatching(
        /was started from gateway\.yaml, and would now be configured from the environment: restart/,
      ),
    ]);
  });
});
