import { randomBytes, randomInt } from "node:crypto";

/** Chance as an effect, so that a test can repeat it. */
export interface Random {
  /** A fresh identifier of 24 lower-case hexadecimal characters. */
  id(): string;
  /** From 0 up to but not including 1, for jitter. */
  fraction(): number;
}

/** Chance from the operating system. */
export const systemRandom: Random = {
  id: () => randomBytes(12).toString("hex"),
  fraction: () => randomInt(2 ** 32) / 2 ** 32,
};
