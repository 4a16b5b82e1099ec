import { createRowLine } from "../values/row-line.ts";
import { createNumberRows } from "./number-rows.ts";

/** How many distinct numbers each group had within the last `perMs`; in this process's memory, never elsewhere. */
export interface DistinctWindow<Group> {
  /** Counts a number in a group, in which it counts once however often it comes; the group's count. */
  add(number: number, group: Group, nowMs: number): number;
  /** Whether the number came to the group within the window, as of the last `add`. */
  has(number: number, group: Group): boolean;
}

/** Numbers that are kept; beyond, the one that came longest ago is forgotten, so counts can only fall short. */
const MAX_NUMBERS = 32_768;

/** An empty window, in constant time for each number. */
export function createDistinctWindow<Group>(perMs: number, maxNumbers = MAX_NUMBERS): DistinctWindow<Group> {
  // One more than may stay is there for a moment.
  const maxRows = maxNumbers + 1;
  const rows = createNumberRows<Group>(maxRows);
  const times = new Float64Array(maxRows + 1);
  const line = createRowLine(maxRows);
  const counts = new Map<Group, number>();

  function insert(number: number, group: Group): number {
    counts.set(group, (counts.get(group) ?? 0) + 1);
    return rows.insert(number, group);
  }

  function forget(row: number): void {
    line.unlink(row);
    const group = rows.remove(row);
    const left = (counts.get(group) ?? 0) - 1;
    if (left > 0) counts.set(group, left);
    else counts.delete(group);
  }

  function forgetOld(nowMs: number): void {
    for (let row = line.first(); row > 0; row = line.first()) {
      if ((times[row] ?? 0) > nowMs - perMs && rows.size() <= maxNumbers) return;
      forget(row);
    }
  }

  return {
    add(number, group, nowMs) {
      const known = rows.find(number, group);
      if (known > 0) line.unlink(known);
      const row = known > 0 ? known : insert(number, group);
      times[row] = nowMs;
      line.append(row);
      forgetOld(nowMs);
      return counts.get(group) ?? 0;
    },
    has: (number, group) => rows.find(number, group) > 0,
  };
}
