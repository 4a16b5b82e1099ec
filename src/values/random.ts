import { randomBytes } from "node:crypto";

/** Chance as an effect, so that a test can repeat it. */
export interface Random {
  /** A fresh identifier of 24 lower-case hexadecimal characters. */
  id(): string;
}

/** Chance from the operating system. */
export const systemRandom: Random = { id: () => randomBytes(12).toString("hex") };
