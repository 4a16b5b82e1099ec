import type { Random } from "../../src/values/random.ts";

/** Chance that a seed repeats exactly, on every machine. */
export interface Dice extends Random {
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  chance(share: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/**
 * Dice of their own for each path, so that one more throw here changes nothing there.
 *
 * @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export function createDice(seed: number, ...path: number[]): Dice {
  let state = path.reduce((mixed, step) => mix(mixed ^ Math.imul(step + 1, 0x9e3779b1)), mix(seed | 0));
  const word = () => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state) >>> 0;
  };
  const fraction = () => word() / 2 ** 32;
  const between = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  return {
    fraction,
    between,
    id: () => [word(), word(), word()].map((part) => part.toString(16).padStart(8, "0")).join(""),
    chance: (share) => fraction() < share,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
  };
}

function mix(value: number): number {
  const once = Math.imul(value ^ (value >>> 15), value | 1);
  const twice = once ^ (once + Math.imul(once ^ (once >>> 7), once | 61));
  return (twice ^ (twice >>> 14)) | 0;
}
