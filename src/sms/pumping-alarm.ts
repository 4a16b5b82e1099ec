import type { Country } from "./e164.ts";

/** What makes traffic look like somebody pumping messages. */
export type PumpingRule = "sequential-numbers" | "country-burst" | "client-ip";

/** What looks like somebody pumping messages, as people may see it: neither a number nor an address. */
export interface PumpingAlarm {
  rule: PumpingRule;
  country: Country;
  /** Distinct numbers within `perMs`, at the most so far. */
  count: number;
  perMs: number;
  /** Wall milliseconds. */
  since: number;
}
