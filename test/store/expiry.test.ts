import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExpiry, Expiring } from "../../src/store/expiry.ts";

const LIVES = [
  { kind: "number", lifeMs: 10 },
  { kind: "number", lifeMs: 100 },
  { kind: "country", lifeMs: 10 },
];
const MAX = 8;
const KEYS = 16;

interface Entry {
  key: number;
  life: number;
  endsAtMs: number;
}

/** The same by looking at everything each time. */
function naive(entries: Entry[], nowMs: number): Entry[] {
  let left = entries.filter(({ endsAtMs }) => endsAtMs > nowMs);
  while (left.length > MAX) {
    const sizes = LIVES.map((_, life) => left.filter((entry) => entry.life === life).length);
    const fullest = left.filter(({ life }) => sizes[life] === Math.max(...sizes));
    const first = fullest.reduce((one, other) => (other.endsAtMs < one.endsAtMs ? other : one));
    left = left.filter((entry) => entry !== first);
  }
  return left;
}

describe("what expires", () => {
  it("keeps what a look at everything would keep, whatever is put when", () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: KEYS - 1 }),
      life: fc.integer({ min: 0, max: LIVES.length - 1 }),
      pauseMs: fc.integer({ min: 1, max: 4 }),
      /** The entry that is there is put anew, in place of another one with its key. */
      isSame: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let nowMs = 0;
        const map = new Map<string, Expiring>();
        const expiry = createExpiry(MAX);
        let expected: Entry[] = [];
        for (const { key, life, pauseMs, isSame } of steps) {
          nowMs += pauseMs;
          const lived = LIVES[life] ?? { kind: "number", lifeMs: 10 };
          expiry.put((isSame && map.get(String(key))) || new Expiring(map, String(key)), lived, nowMs);
          expiry.forget(nowMs);
          const others = expected.filter((entry) => entry.key !== key);
          expected = naive([...others, { key, life, endsAtMs: nowMs + lived.lifeMs }], nowMs);
          const ties = new Set(expected.map((entry) => entry.endsAtMs)).size < expected.length;
          fc.pre(!ties);
          const kept = Array.from({ length: KEYS }, (_, one) => one).filter((one) => map.get(String(one)));
          expect(kept).toEqual(expected.map((entry) => entry.key).sort((a, b) => a - b));
        }
      }),
    );
  });

  it("is empty once it is cleared, and as good as new", () => {
    const map = new Map<string, Expiring>();
    const expiry = createExpiry(2);
    const life = { kind: "number", lifeMs: 10 };
    for (const key of ["a", "b"]) expiry.put(new Expiring(map, key), life, 0);
    const first = map.get("a");
    expiry.clear();
    expect(["a", "b"].map((key) => map.get(key))).toEqual([undefined, undefined]);
    if (first) expiry.put(first, life, 0);
    expect(map.get("a")).toBe(first);
    for (const key of ["c", "d", "e"]) expiry.put(new Expiring(map, key), life, 0);
    expiry.forget(0);
    expect(["a", "b", "c", "d", "e"].map((key) => map.get(key)?.key)).toEqual([
      undefined,
      undefined,
      undefined,
      "d",
      "e",
    ]);
  });

  it("is bounded over all maps together, and each entry leaves its own", () => {
    const [one, other] = [new Map<string, Expiring>(), new Map<string, Expiring>()];
    const expiry = createExpiry(2);
    for (const home of [one, other, one]) {
      expiry.put(new Expiring(home, `key ${one.size + other.size}`), { kind: "number", lifeMs: 10 }, 0);
      expiry.forget(0);
    }
    expect([[...one.keys()], [...other.keys()]]).toEqual([["key 2"], ["key 1"]]);
    expiry.forget(10);
    expect([one.size, other.size]).toEqual([0, 0]);
  });
});
