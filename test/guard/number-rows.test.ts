import fc from "fast-check";
import { expect, it } from "vitest";
import { createNumberRows } from "../../src/guard/number-rows.ts";

const MAX = 40;
/** These have one hash: they differ by what 32 bits hold. */
const ALIKE = 2 ** 32;

it("rows are found by number and group whatever was inserted and removed before, also those of one hash", () => {
  const member = fc.record({
    number: fc.integer({ min: 0, max: 5 }).chain((low) => fc.constantFrom(low, low + ALIKE, low + 2 * ALIKE)),
    group: fc.constantFrom("a", "b"),
  });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 120 }), (steps) => {
      const rows = createNumberRows<string>(MAX);
      const expected = new Map<string, number>();
      for (const { number, group } of steps) {
        const key = `${number} ${group}`;
        const known = expected.get(key);
        if (known === undefined) {
          const row = rows.insert(number, group);
          expect([...expected.values()]).not.toContain(row);
          expected.set(key, row);
        } else {
          expect(rows.remove(known)).toBe(group);
          expected.delete(key);
        }
        expect(rows.size()).toBe(expected.size);
        for (let low = 0; low <= 5; low += 1) {
          for (const one of [low, low + ALIKE, low + 2 * ALIKE]) {
            for (const of of ["a", "b"]) expect(rows.find(one, of)).toBe(expected.get(`${one} ${of}`) ?? 0);
          }
        }
      }
    }),
  );
});
