import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDistinctWindow } from "../../src/guard/distinct-window.ts";
import type { Country } from "../../src/sms/e164.ts";
import { pumpingBench } from "../helpers/pumping-bench.ts";

/** Chance may raise an alarm once in some ten thousand runs: the same ones each time. */
const SEED = 20_261_121;

const HOUR_MS = 3_600_000;
const STRETCH_MS = 600_000;
const DAY_MS = 24 * HOUR_MS;
const COUNTRIES = ["DE", "US", "FR", "GB", "LU"] as const;

/** Chance from a seed, so that a failing run can be repeated (xorshift32). */
function dice(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A country's honest people. */
interface Service {
  country: Country;
  /** Distinct people in ten minutes, on average. */
  rate: number;
  /** How much less the night and more the day is: 0 for no difference. */
  swing: number;
  /** Part of the day at which its clock starts. */
  phase: number;
  /** Growth per day. */
  growth: number;
  /** How many numbers its plan has. */
  numbers: number;
  /** How many of them ask again a minute later. */
  resends: number;
}

const service = (country: Country): fc.Arbitrary<Service> =>
  fc.record({
    country: fc.constant(country),
    rate: fc.oneof(fc.double({ min: 0.01, max: 5, noNaN: true }), fc.double({ min: 5, max: 400, noNaN: true })),
    swing: fc.double({ min: 0, max: 0.95, noNaN: true }),
    phase: fc.double({ min: 0, max: 1, noNaN: true }),
    growth: fc.double({ min: 0.8, max: 1.3, noNaN: true }),
    numbers: fc.constantFrom(1_000_000, 10_000_000, 100_000_000),
    resends: fc.double({ min: 0, max: 0.5, noNaN: true }),
  });

const honest = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  services: fc
    .subarray([...COUNTRIES], { minLength: 1, maxLength: 3 })
    .chain((countries) => fc.tuple(...countries.map(service))),
});

/** Every honest message of some days in order of time, at most some ten thousand. */
function honestMessages(services: Service[], random: () => number) {
  const messages: { atMs: number; to: string; country: Country; clientIp: string }[] = [];
  const busiest = services.reduce((sum, { rate }) => sum + rate, 0);
  const untilMs = Math.min(3 * DAY_MS, (20_000 / busiest) * STRETCH_MS);
  for (const { country, rate, swing, phase, growth, numbers, resends } of services) {
    const start = (COUNTRIES.indexOf(country as "DE") + 1) * 10 ** 11;
    const highest = rate * (1 + swing) * Math.max(1, growth ** (untilMs / DAY_MS));
    // A Poisson process of the highest rate, thinned to the present one.
    for (let atMs = 0; atMs < untilMs; ) {
      atMs += (-Math.log(1 - random()) * STRETCH_MS) / highest;
      const days = atMs / DAY_MS;
      const now = rate * growth ** days * (1 + swing * Math.sin(2 * Math.PI * (days + phase)));
      if (random() > now / highest) continue;
      const to = `+${start + Math.floor(random() * numbers)}`;
      const clientIp = `198.51.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`;
      messages.push({ atMs, to, country, clientIp });
      if (random() < resends) messages.push({ atMs: atMs + 60_000, to, country, clientIp });
    }
  }
  return messages.sort((one, other) => one.atMs - other.atMs);
}

describe("honest traffic", () => {
  it("of any size, by day and night, growing and shrinking, never raises an alarm", () => {
    fc.assert(
      fc.property(honest, ({ seed, services }) => {
        const { look, waitUntil, told } = pumpingBench();
        for (const message of honestMessages(services, dice(seed))) {
          waitUntil(message.atMs);
          look(message);
        }
        expect(told).toEqual([]);
      }),
      { numRuns: 60, seed: SEED },
    );
  }, 60_000);

  it("never does on one of several replicas", () => {
    fc.assert(
      fc.property(honest, fc.integer({ min: 2, max: 4 }), ({ seed, services }, replicas) => {
        const random = dice(seed);
        const { look, waitUntil, told } = pumpingBench({}, { replicas });
        for (const message of honestMessages(services, random)) {
          waitUntil(message.atMs);
          if (random() < 1 / replicas) look(message);
        }
        expect(told).toEqual([]);
      }),
      { numRuns: 40, seed: SEED },
    );
  }, 60_000);
});

describe("an attack", () => {
  /** How many messages went out until one was stopped; Infinity when none was. */
  function sendsUntilStopped(
    count: number,
    numberAt: (index: number) => number,
    everyMs: number,
    rule: string,
    clientIp?: string,
  ): number {
    const { look, wait } = pumpingBench({ [rule]: { onAlarm: "suppress" } });
    wait(2 * HOUR_MS);
    for (let sent = 0; sent < count; sent += 1) {
      if (look({ to: `+${numberAt(sent)}`, country: "LV", ...(clientIp !== undefined && { clientIp }) })) return sent;
      wait(everyMs);
    }
    return Number.POSITIVE_INFINITY;
  }
  const start = fc.integer({ min: 37_120_000_000, max: 37_129_000_000 });

  it("on numbers that follow each other is found after at most seven", () => {
    fc.assert(
      fc.property(start, fc.boolean(), fc.integer({ min: 0, max: 80_000 }), (first, down, everyMs) => {
        const sends = sendsUntilStopped(20, (i) => first + (down ? -i : i), everyMs, "sequentialNumbers");
        expect(sends).toBeLessThanOrEqual(7);
      }),
    );
  });

  it("in steps of up to fifty is found after at most 38: nineteen in each of two blocks", () => {
    fc.assert(
      fc.property(
        start,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 15_000 }),
        (first, step, everyMs) => {
          const sends = sendsUntilStopped(100, (i) => first + i * step, everyMs, "sequentialNumbers");
          expect(sends).toBeLessThanOrEqual(38);
        },
      ),
    );
  });

  it("at random inside a block is found after at most nineteen numbers", () => {
    fc.assert(
      fc.property(start, fc.uniqueArray(fc.nat(999), { minLength: 40, maxLength: 40 }), (first, offsets) => {
        const block = first - (first % 1_000);
        const sends = sendsUntilStopped(40, (i) => block + (offsets[i] ?? 0), 1_000, "sequentialNumbers");
        expect(sends).toBeLessThanOrEqual(19);
      }),
    );
  });

  it("at random in a country without a past is found after at most thirty within ten minutes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 0, max: 19_000 }), (seed, everyMs) => {
        const random = dice(seed);
        const numberAt = () => 37_120_000_000 + Math.floor(random() * 10_000_000);
        // Two of the thirty may be the same number.
        expect(sendsUntilStopped(60, numberAt, everyMs, "countryBurst")).toBeLessThanOrEqual(31);
      }),
    );
  });

  it("from one address is found after nineteen numbers", () => {
    fc.assert(
      fc.property(start, fc.integer({ min: 0, max: 30_000 }), (first, everyMs) => {
        const sends = sendsUntilStopped(40, (i) => first + i * 7_919, everyMs, "clientIp", "203.0.113.7");
        expect(sends).toBe(19);
      }),
    );
  });

  it("that repeats each message like Kratos does is counted once", () => {
    fc.assert(
      fc.property(start, fc.integer({ min: 1, max: 18 }), (first, repeats) => {
        const { look, wait, told } = pumpingBench({}, {});
        wait(2 * HOUR_MS);
        for (let i = 0; i < 7 * repeats; i += 1) {
          look({ to: `+${first + Math.floor(i / repeats)}`, country: "LV", clientIp: "203.0.113.7" });
          wait(1_000);
        }
        expect(told).toEqual([]);
      }),
    );
  });
});

describe("a window of distinct members", () => {
  const adds = fc.array(fc.record({ member: fc.nat(30), waitMs: fc.nat(40) }), { maxLength: 200 });

  it("counts what a list of everything counts", () => {
    fc.assert(
      fc.property(adds, (steps) => {
        const window = createDistinctWindow<number>(100);
        const all: { member: number; atMs: number }[] = [];
        let nowMs = 0;
        for (const { member, waitMs } of steps) {
          nowMs += waitMs;
          all.push({ member, atMs: nowMs });
          const inside = all.filter((one) => one.atMs > nowMs - 100 && one.member % 3 === member % 3);
          expect(window.add(member, member % 3, nowMs)).toBe(new Set(inside.map((one) => one.member)).size);
        }
      }),
    );
  });

  it("keeps no more than it may, and forgets those that came longest ago", () => {
    const window = createDistinctWindow<string>(1_000, 10);
    for (let member = 0; member < 100; member += 1) window.add(member, "all", 0);
    window.add(90, "all", 0);
    expect(window.add(100, "all", 0)).toBe(10);
    expect([89, 90, 91, 92].map((member) => window.has(member, "all"))).toEqual([false, true, false, true]);
  });
});
