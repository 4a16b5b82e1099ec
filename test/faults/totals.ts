import { afterAll } from "vitest";
import { printReckoning, type Reckoning } from "../helpers/ledger.ts";

/** Adds up the reckonings of a file and prints them as one line when its tests have run. */
export function createTotals(): (reckoning: Reckoning) => Reckoning {
  const totals = { sent: 0, ambiguous: 0, unexplained: 0, lost: 0, suppressed: 0, failed: 0 };
  afterAll(() => console.log(printReckoning(totals)));
  return (reckoning) => {
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += reckoning[key];
    return reckoning;
  };
}

const isLong = process.env["FAULTS"] === "long";

/** What takes longer than a few seconds runs with FAULTS=long. */
export const unlessLong = !isLong;

/** Says in the report why something did not run. */
export const longTitle = isLong ? "" : " (only with FAULTS=long: npm run test:faults)";
