import type { AllowanceRules } from "../../src/dispatch/allowance.ts";
import { limitOptions } from "../../src/guard/limits.ts";

/** Limits as in the configuration file over some that are never reached. */
export function limitsOf(limits: object = {}): AllowanceRules["limits"] {
  return limitOptions.parse({ perNumber: [{ max: 10_000, per: "1s" }], ...limits });
}

/** Rules under which no message is ever stopped. */
export const boundless: AllowanceRules = { limits: limitsOf(), pricesOf: () => undefined, exempt: [], enforce: true };

/** What a claim without limits asks of a store. */
export const unlimited = { buckets: [], enforce: true } as const;
