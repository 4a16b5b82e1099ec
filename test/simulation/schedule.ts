import { type FailoverOptions, failoverOptions } from "../../src/dispatch/failover.ts";
import type { NotSentKind } from "../../src/sms/send-result.ts";
import { createDice, type Dice } from "./dice.ts";

/** How a vendor behaves for a while. */
export interface Behaviour {
  is: BehaviourName;
  /** Its answers take from … to. */
  delayMs: readonly [least: number, most: number];
  /** How many of the requests that end unknown it accepted. */
  acceptShare: number;
  /** With `throttled`: how long it asks to be left alone. */
  retryAfterMs?: number;
}

/** One word for each way to behave. */
export type BehaviourName = "healthy" | Fault;

type Fault = (typeof FAULTS)[number];

const FAULTS = [
  "slow",
  "down",
  "hang",
  "reset",
  "server-error",
  "bad-response",
  "unauthorized",
  "no-credit",
  "throttled",
] as const;

/** One account at a vendor: its troubles by time, and the countries it cannot or will not serve. */
export interface VendorPlan {
  name: string;
  spells: { fromMs: number; toMs: number; behaviour: Behaviour }[];
  well: Behaviour;
  incapable: readonly string[];
  refuses: Readonly<Record<string, NotSentKind>>;
  maxInFlight: number;
}

/** One message that Kratos queues. */
export interface QueuedMessage {
  atMs: number;
  to: string;
  country: string;
  text: string;
  hasCode: boolean;
}

/** Ory Kratos' side. */
export interface CourierPlan {
  /** `one-try` is v26.2 and later, `three-tries` v25.4 and earlier. */
  model: "one-try" | "three-tries";
  workers: number;
  pullCount: number;
  retries: number;
  /** So many of its requests break while they wait for the answer. */
  hangUpShare: number;
}

/** All that happens in one simulated world; the same seed makes the same. */
export interface Schedule {
  seed: number;
  vendors: VendorPlan[];
  /** Well and capable all the time, with room for everybody. */
  safe?: string;
  messages: QueuedMessage[];
  /** What every vendor says about these numbers. */
  refusedNumbers: Readonly<Record<string, NotSentKind>>;
  courier: CourierPlan;
  failover: FailoverOptions;
  maxRunning: number;
  /** Processes of the gateway that share one store and get the requests by turns of chance. */
  replicas: number;
  /** Whether the store outlives a process; with one process it is in that process's memory otherwise. */
  keepsStore: boolean;
  switches: { atMs: number; vendor: string; on: boolean }[];
  crashes: { atMs: number; downMs: number }[];
  clockSteps: { atMs: number; byMs: number }[];
  /** From here on every vendor is well and every switch is on. */
  faultsEndMs: number;
}

/** Here every vendor is capable and refuses no sender. */
export const HOME = "DE";

const ABROAD = ["US", "GB", "FR"] as const;
const PERSON = ["invalid-recipient", "opted-out", "fraud-block"] as const;
const SENDER = ["sender-refused", "destination-barred", "message-refused"] as const;

/** The schedule of a seed. */
export function createSchedule(seed: number): Schedule {
  const dice = createDice(seed, 0);
  const faultsEndMs = dice.between(5, 120) * 1_000;
  const vendorCount = dice.between(1, 4);
  const replicas = dice.pick([1, 1, 2]);
  const safeIndex = vendorCount > 1 && dice.chance(0.4) ? dice.between(0, vendorCount - 1) : -1;
  const isSafe = safeIndex >= 0;
  const mood = createMood(dice, isSafe);
  const vendors = Array.from({ length: vendorCount }, (_, index) =>
    index === safeIndex ? safeVendor(index) : vendor(createDice(seed, 1, index), index, faultsEndMs, mood, isSafe),
  );
  const messages = queue(createDice(seed, 2), faultsEndMs, mood);
  const loose = vendors.filter((_, index) => index !== safeIndex).map(({ name }) => name);
  return {
    ...{ seed, replicas, keepsStore: replicas > 1 || dice.chance(0.5) },
    vendors,
    ...(isSafe && { safe: `v${safeIndex}` }),
    messages,
    refusedNumbers: Object.fromEntries(
      messages.filter(() => dice.chance(mood.refusedShare)).map(({ to }) => [to, dice.pick(PERSON)]),
    ),
    courier: courier(dice),
    failover: {
      ...(dice.chance(0.8) || isSafe
        ? KRATOS_TIMES
        : { answerWithin: dice.between(3, 9) * 1_000, attemptTimeout: 2_000 }),
      onUnknown: dice.chance(0.85) ? "next" : "hold",
    },
    maxRunning: !isSafe && dice.chance(0.15) ? dice.between(1, 4) : 1_000,
    switches: dice.chance(0.25) ? switches(createDice(seed, 3), faultsEndMs, loose) : [],
    crashes: !isSafe && dice.chance(0.2) ? crashes(dice, faultsEndMs) : [],
    clockSteps: clockSteps(createDice(seed, 4), faultsEndMs),
    faultsEndMs,
  };
}

const KRATOS_TIMES = failoverOptions.parse({});

/** What the vendors of one world have in common. */
interface Mood {
  faults: readonly [Fault, ...Fault[]];
  spells: number;
  /** The whole world's network is slow, and most vendors refuse most senders. */
  isSluggish: boolean;
  /** The first vendor is in trouble from the beginning to the end, under a steady load. */
  isOutage: boolean;
  refusedShare: number;
  refusesAbroadShare: number;
}

function createMood(dice: Dice, isSafe: boolean): Mood {
  const favourite = dice.pick(FAULTS);
  const isSluggish = !isSafe && dice.chance(0.15);
  return {
    ...{ isSluggish, isOutage: dice.chance(0.1) },
    faults: dice.chance(0.3) ? [favourite] : FAULTS,
    spells: dice.between(0, 6),
    refusedShare: dice.chance(0.2) ? 0.6 : 0.08,
    refusesAbroadShare: isSluggish || dice.chance(0.15) ? 0.85 : 0.15,
  };
}

function safeVendor(index: number): VendorPlan {
  return { name: `v${index}`, spells: [], well: WELL, incapable: [], refuses: {}, maxInFlight: 1_000 };
}

const WELL: Behaviour = { is: "healthy", delayMs: [20, 500], acceptShare: 1 };
const SLUGGISH: Behaviour = { is: "slow", delayMs: [1_800, 2_900], acceptShare: 1 };

function vendor(dice: Dice, index: number, endMs: number, mood: Mood, isSafe: boolean): VendorPlan {
  const refusing = ABROAD.filter(() => dice.chance(mood.refusesAbroadShare));
  const spells = Array.from({ length: dice.between(0, mood.spells) }, () => spell(dice, endMs, mood, isSafe)).flat();
  const whole = (behaviour: Behaviour) => [{ fromMs: 0, toMs: endMs, behaviour }];
  const outage = mood.isOutage && index === 0 ? whole(trouble(dice, dice.pick(mood.faults), isSafe)) : [];
  return {
    name: `v${index}`,
    spells: [...outage, ...spells, ...(mood.isSluggish ? whole(SLUGGISH) : [])],
    well: WELL,
    incapable: ABROAD.filter(() => dice.chance(0.1)),
    refuses: Object.fromEntries(refusing.map((country) => [country, dice.pick(SENDER)])),
    maxInFlight: !isSafe && dice.chance(0.2) ? dice.between(1, 3) : 80,
  };
}

/** Some time of trouble, sometimes flapping: a second bad, a second well. */
function spell(dice: Dice, endMs: number, { faults }: Mood, isSafe: boolean): VendorPlan["spells"] {
  const fromMs = dice.chance(0.3) ? 0 : dice.between(0, endMs - 1_000);
  const toMs = dice.chance(0.3) ? endMs : Math.min(endMs, fromMs + dice.between(500, 40_000));
  const behaviour = trouble(dice, dice.pick(faults), isSafe);
  if (!dice.chance(0.2)) return [{ fromMs, toMs, behaviour }];
  const seconds = Math.ceil((toMs - fromMs) / 2_000);
  return Array.from({ length: seconds }, (_, second) => {
    const startMs = fromMs + second * 2_000;
    return { fromMs: startMs, toMs: Math.min(toMs, startMs + 1_000), behaviour };
  });
}

/** With a safe vendor certain answers come soon enough that a chain of four is asked to its end. */
function trouble(dice: Dice, is: Fault, isSafe: boolean): Behaviour {
  const slowestMs = isSafe ? 1_800 : 2_900;
  const leastMs = dice.chance(0.7) ? 1 : 500;
  const delayMs = [leastMs, dice.chance(0.7) ? leastMs + 200 : slowestMs] as const;
  const acceptShare = dice.pick([0, 0.5, 1]);
  if (is === "slow") return { is, delayMs: [500, dice.chance(0.5) ? slowestMs : 6_000], acceptShare: 1 };
  if (is === "throttled" && dice.chance(0.5)) {
    return { is, delayMs, acceptShare, retryAfterMs: dice.pick([0, 500, 2_000, 10_000, 60_000, 3_600_000]) };
  }
  return { is, delayMs, acceptShare };
}

function queue(dice: Dice, endMs: number, { isOutage, isSluggish }: Mood): QueuedMessage[] {
  const count = isOutage ? 50 : dice.between(3, 30);
  const abroadShare = isSluggish ? 0.7 : 0.3;
  const isBurst = !isOutage && dice.chance(0.3);
  const burstMs = dice.between(0, endMs - 1_000);
  return Array.from({ length: count }, (_, index) => ({
    atMs: isBurst ? burstMs + dice.between(0, 999) : dice.between(0, endMs),
    to: `+49157359${String(90_000 + index)}`,
    country: dice.chance(abroadShare) ? dice.pick(ABROAD) : HOME,
    text: `Your login code is: ${100_000 + index}`,
    hasCode: dice.chance(0.85),
  }));
}

function courier(dice: Dice): CourierPlan {
  const isCrowd = dice.chance(0.2);
  return {
    model: dice.chance(0.6) ? "one-try" : "three-tries",
    workers: isCrowd ? 12 : dice.pick([1, 1, 2, 3]),
    pullCount: isCrowd ? 1 : 10,
    retries: dice.pick([5, 5, 30]),
    hangUpShare: dice.pick([0, 0, 0.02, 0.2]),
  };
}

function switches(dice: Dice, endMs: number, loose: readonly string[]): Schedule["switches"] {
  const [first, ...rest] = loose;
  if (first === undefined) return [];
  const turns = Array.from({ length: dice.between(1, 8) }, () => ({
    atMs: dice.between(0, endMs),
    vendor: dice.pick([first, ...rest]),
    on: dice.chance(0.5),
  }));
  return turns.sort((a, b) => a.atMs - b.atMs);
}

function crashes(dice: Dice, endMs: number): Schedule["crashes"] {
  const atMs = dice.between(0, endMs - 1_000);
  return [{ atMs, downMs: dice.between(10, Math.min(10_000, endMs - atMs)) }];
}

const HOUR_MS = 3_600_000;

/** In some worlds somebody sets the clock, up to an hour and back. */
function clockSteps(dice: Dice, endMs: number): Schedule["clockSteps"] {
  const count = dice.pick([0, 0, 1, 2]);
  return Array.from({ length: count }, () => ({
    atMs: dice.between(0, endMs),
    byMs: dice.pick([-HOUR_MS, HOUR_MS, -1_000, 60_000]),
  })).sort((a, b) => a.atMs - b.atMs);
}
