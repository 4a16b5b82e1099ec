import { randomFillSync, randomInt } from "node:crypto";

/** Chance as an effect, so that a test can repeat it. */
export interface Random {
  /** A fresh identifier of 24 lower-case hexadecimal characters. */
  id(): string;
  /** From 0 up to but not including 1, for jitter. */
  fraction(): number;
}

/** How many bytes an identifier is made of. */
const ID_BYTES = 12;

/** Random bytes in store: asking the system for a few at a time costs as much as for many. */
const bytes = Buffer.alloc(512 * ID_BYTES);
let used = bytes.length;

/** Chance from the operating system. */
export const systemRandom: Random = {
  id() {
    if (used === bytes.length) {
      randomFillSync(bytes);
      used = 0;
    }
    used += ID_BYTES;
    return bytes.toString("hex", used - ID_BYTES, used);
  },
  fraction: () => randomInt(2 ** 32) / 2 ** 32,
};
