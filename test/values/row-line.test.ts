import fc from "fast-check";
import { expect, it } from "vitest";
import { createRowLine } from "../../src/values/row-line.ts";

const ROWS = 6;

it("a line of rows is what a list of them is, whoever comes and leaves", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: ROWS }), { maxLength: 60 }), (steps) => {
      const line = createRowLine(ROWS);
      let expected: number[] = [];
      for (const row of steps) {
        const stands = expected.includes(row);
        if (stands) line.unlink(row);
        else line.append(row);
        expected = stands ? expected.filter((one) => one !== row) : [...expected, row];
        expect(line.first()).toBe(expected[0] ?? 0);
      }
      for (const row of expected) {
        expect(line.first()).toBe(row);
        line.unlink(row);
      }
      expect(line.first()).toBe(0);
    }),
  );
});
