import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Chain, chainOptions, orderChain } from "../../src/routing/order.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";

const keyed = createKeyed(new Secret("a secret for tests"));
/** Neighbours, as numbers are: nothing of them may show in who goes where. */
const NUMBERS = Array.from({ length: 10_000 }, (_, index) => `+49151${10_000_000 + index}`);

function order(chain: Chain, number: string, by = keyed): string[] {
  return orderChain(chain, { lot: (name) => by.fraction("share", name, number) }).map(({ provider }) => provider);
}

function first(chain: Chain, by = keyed): string[] {
  return NUMBERS.map((number) => order(chain, number, by)[0] ?? "");
}

function percentOf(firsts: string[], name: string): number {
  return (100 * firsts.filter((other) => other === name).length) / firsts.length;
}

describe("a chain", () => {
  it("keeps the order of places of their own, whatever the number", () => {
    expect(order(["c", "a", "b"], "+4915735990123")).toEqual(["c", "a", "b"]);
  });

  it("lets the neighbour of a shared place take over before the next place", () => {
    for (const number of NUMBERS.slice(0, 100)) {
      const [before, one, other, after] = order(["x", { a: 50, b: 50 }, "y"], number);
      expect([before, after]).toEqual(["x", "y"]);
      expect([one, other].sort()).toEqual(["a", "b"]);
    }
  });

  it("tells the shares of a shared place, and of no other", () => {
    const ordered = orderChain([{ a: 3, b: 1 }, "c"], { lot: () => 0.5 });
    expect(ordered).toEqual([{ provider: "a", share: 0.75 }, { provider: "b", share: 0.25 }, { provider: "c" }]);
  });

  it("puts who has no share last, and still lets it take over", () => {
    for (const number of NUMBERS.slice(0, 1_000)) expect(order([{ b: 0, a: 100 }], number)).toEqual(["a", "b"]);
  });
});

describe("10,000 numbers at a place that is shared", () => {
  it.each<[weights: Record<string, number>, percent: Record<string, number>]>([
    [
      { a: 90, b: 10 },
      { a: 90, b: 10 },
    ],
    [
      { b: 10, a: 90 },
      { a: 90, b: 10 },
    ],
    [
      { a: 9, b: 1 },
      { a: 90, b: 10 },
    ],
    [
      { a: 1, b: 1, c: 2 },
      { a: 25, b: 25, c: 50 },
    ],
  ])("%j: go as the weights say, ± 2 %", (weights, percent) => {
    const firsts = first([weights]);
    for (const [name, share] of Object.entries(percent)) {
      expect(Math.abs(percentOf(firsts, name) - share)).toBeLessThanOrEqual(2);
    }
  });

  it("stay where they are: the same number, the same order", () => {
    expect(first([{ a: 50, b: 50 }])).toEqual(first([{ a: 50, b: 50 }]));
  });

  it("are dealt out anew by another secret: nobody can choose numbers for a vendor", () => {
    const other = first([{ a: 50, b: 50 }], createKeyed(new Secret("another secret")));
    const same = first([{ a: 50, b: 50 }]).filter((name, index) => name === other[index]);
    expect(Math.abs((100 * same.length) / NUMBERS.length - 50)).toBeLessThanOrEqual(2);
  });

  it("move only as they must when 90/10 becomes 80/20", () => {
    const before = first([{ a: 90, b: 10 }]);
    const after = first([{ a: 80, b: 20 }]);
    const moved = before.flatMap((name, index) => (name === after[index] ? [] : [`${name} to ${after[index]}`]));
    expect(new Set(moved)).toEqual(new Set(["a to b"]));
    expect(Math.abs((100 * moved.length) / NUMBERS.length - 10)).toBeLessThanOrEqual(2);
  });

  it("move to a newcomer alone, and from one that leaves to the others alone", () => {
    const two = first([{ a: 50, b: 50 }]);
    const three = first([{ a: 50, b: 50, c: 50 }]);
    for (const [index, name] of three.entries()) if (name !== "c") expect(name).toBe(two[index]);
  });

  it("never move from a provider whose share does not shrink, whatever the weights", () => {
    const weights = fc.record({ a: fc.nat(100), b: fc.nat(100), c: fc.nat(100) });
    fc.assert(
      fc.property(weights, fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 100 }), (old, name, more) => {
        fc.pre(Object.values(old).some((value) => value > 0));
        const grown = { ...old, [name]: old[name as "a"] + more };
        for (const number of NUMBERS.slice(0, 100)) {
          const [before, after] = [order([old], number)[0], order([grown], number)[0]];
          if (before !== after) expect(after).toBe(name);
        }
      }),
    );
  });
});

describe("chain:", () => {
  it.each<[what: string, chain: unknown]>([
    ["names", ["a", "b"]],
    ["a shared place", [{ a: 90, b: 10 }, "c"]],
    ["weights from variables", [{ a: "90", b: "10" }]],
    ["a weight of nothing", [{ a: 100, b: 0 }]],
  ])("takes %s", (_, chain) => {
    expect(chainOptions.safeParse(chain).success).toBe(true);
  });

  it.each<[what: string, chain: unknown]>([
    ["nothing", []],
    ["weights below zero", [{ a: 90, b: -1 }]],
    ["parts of weights", [{ a: 0.9, b: 0.1 }]],
    ["weights that are all nothing", [{ a: 0, b: 0 }]],
    ["a share of one", [{ a: 100 }]],
    ["an empty place", [{}]],
  ])("takes no %s", (_, chain) => {
    expect(chainOptions.safeParse(chain).success).toBe(false);
  });
});
