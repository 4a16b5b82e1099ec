import { describe, expect, it } from "vitest";
import type { Account } from "../src/dispatch/failover.ts";
import { createLodging } from "../src/lodging.ts";

/** Providers of which `closed` tells who was closed, in order. */
function providers() {
  const closed: string[] = [];
  const [p, q, r] = ["p", "q", "r"].map((name) => ({ provider: { name, close: () => closed.push(name) } })) as never[];
  const house = (accounts: Record<string, unknown>) => new Map(Object.entries(accounts)) as Map<string, Account>;
  return { closed, first: house({ p, q }), second: house({ q, r }), third: house({ r }) };
}

describe("accounts that houses share", () => {
  it("are closed when the last of those who have them has left", () => {
    const { closed, first, second, third } = providers();
    const { enter } = createLodging();
    const leaveFirst = enter(first);
    const leaveSecond = enter(second);
    leaveFirst();
    expect(closed).toEqual(["p"]);
    const leaveThird = enter(third);
    leaveSecond();
    expect(closed).toEqual(["p", "q"]);
    leaveThird();
    expect(closed).toEqual(["p", "q", "r"]);
  });

  it("wait for what is under way, even where a house between has come and gone", () => {
    const { closed, first, second, third } = providers();
    const { enter } = createLodging();
    const leaveFirst = enter(first);
    const [endOne, endOther] = [enter(first), enter(first)];
    const leaveSecond = enter(second);
    leaveFirst();
    const leaveThird = enter(third);
    leaveSecond();
    endOne();
    expect(closed).toEqual([]);
    endOther();
    expect(closed).toEqual(["p", "q"]);
    leaveThird();
  });
});
