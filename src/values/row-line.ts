/** Rows in a queue, by their numbers from 1 on; 0 stands for none. */
export interface RowLine {
  /** The row that stands longest; 0 when nobody does. */
  first(): number;
  /** Puts a row that stands in no line at the end. */
  append(row: number): void;
  /** Takes a row out from wherever it stands. */
  unlink(row: number): void;
}

/** A queue that each of up to `maxRows` rows may leave from wherever it stands, in constant time and eight bytes a row. */
export function createRowLine(maxRows: number): RowLine {
  // Row 0 is before the first and behind the last: it closes the ring.
  const before = new Int32Array(maxRows + 1);
  const after = new Int32Array(maxRows + 1);

  function join(one: number, other: number): void {
    after[one] = other;
    before[other] = one;
  }

  return {
    first: () => after[0] ?? 0,
    append(row) {
      join(before[0] ?? 0, row);
      join(row, 0);
    },
    unlink: (row) => join(before[row] ?? 0, after[row] ?? 0),
  };
}
