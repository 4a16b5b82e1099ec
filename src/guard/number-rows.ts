/** Up to a bound of rows, each found by its number and its group; rows count from 1 on, and 0 stands for none. */
export interface NumberRows<Group> {
  size(): number;
  find(number: number, group: Group): number;
  /** A row for what has none yet. */
  insert(number: number, group: Group): number;
  /** Frees a row; answers with its group. */
  remove(row: number): Group;
}

/** The golden ratio of 32 bits: multiples of it are far apart, however near each other the numbers are. */
const SPREAD = 0x9e_37_79_b1;

/**
 * A hash table of figures, with a chain of rows for each hash. Objects in a map, of which each message makes one and forgets
 * another, cost three times as much, most of it to collect them.
 */
export function createNumberRows<Group>(maxRows: number): NumberRows<Group> {
  const bits = Math.ceil(Math.log2(maxRows + 1));
  const chains = new Int32Array(2 ** bits);
  const nexts = new Int32Array(maxRows + 1);
  const numbers = new Float64Array(maxRows + 1);
  const groups: Group[] = [];
  const free: number[] = [];

  const chainOf = (number: number) => Math.imul(number, SPREAD) >>> (32 - bits);

  return {
    size: () => groups.length - free.length,
    find(number, group) {
      let row = chains[chainOf(number)] ?? 0;
      while (row > 0 && !(numbers[row] === number && groups[row - 1] === group)) row = nexts[row] ?? 0;
      return row;
    },
    insert(number, group) {
      const row = free.pop() ?? groups.length + 1;
      const chain = chainOf(number);
      groups[row - 1] = group;
      numbers[row] = number;
      nexts[row] = chains[chain] ?? 0;
      chains[chain] = row;
      return row;
    },
    remove(row) {
      const chain = chainOf(numbers[row] ?? 0);
      const next = nexts[row] ?? 0;
      if (chains[chain] === row) chains[chain] = next;
      else {
        let before = chains[chain] ?? 0;
        while (nexts[before] !== row) before = nexts[before] ?? 0;
        nexts[before] = next;
      }
      free.push(row);
      return groups[row - 1] as Group;
    },
  };
}
