import { randomInt, randomUUID } from "node:crypto";

/** Chance as an effect, so that a test can repeat it. */
export interface Random {
  /** A fresh identifier of 24 lower-case hexadecimal characters. */
  id(): string;
  /** From 0 up to but not including 1, for jitter. */
  fraction(): number;
}

/** Chance from the operating system. */
export const systemRandom: Random = {
  // Node keeps random bytes in store for this one.
  id: () => randomUUID().replaceAll("-", "").slice(0, 24),
  fraction: () => randomInt(2 ** 32) / 2 ** 32,
};
