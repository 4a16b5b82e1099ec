import type { Country, E164 } from "../sms/e164.ts";
import type { PumpingRule } from "../sms/pumping-alarm.ts";
import { createCountryPast } from "./country-past.ts";
import { createDistinctWindow } from "./distinct-window.ts";
import type { PumpingOptions } from "./pumping.ts";

/** What of a message the rules look at. */
export interface PumpingSubject {
  to: E164;
  country: Country;
  clientIp?: string | undefined;
}

/** One rule at work. */
export interface WatchedRule {
  rule: PumpingRule;
  perMs: number;
  suppresses: boolean;
  /** Counts a message; how many distinct numbers there are when that is too many. */
  count(subject: PumpingSubject, nowMs: number): number | undefined;
}

/** Counts a message under one rule. */
type Count = WatchedRule["count"];

/** What each rule has counted so far, by its name and figures. */
export type RuleCounts = Map<string, Count>;

/** The rules that are on, over figures of one replica. Those that `memory` knows go on counting, and it forgets the others. */
export function watchedRules(
  options: PumpingOptions,
  replicas: number,
  memory: { counts: RuleCounts; startMs: number },
): WatchedRule[] {
  const { sequentialNumbers, countryBurst, clientIp } = options;
  const { counts: known, startMs } = memory;
  memory.counts = new Map();
  const rules: [PumpingRule, Pick<PumpingOptions["clientIp"], "per" | "onAlarm">, () => Count][] = [
    ["sequential-numbers", sequentialNumbers, () => countSequential(sequentialNumbers, replicas)],
    ["country-burst", countryBurst, () => countBurst(countryBurst, startMs)],
    ["client-ip", clientIp, () => countByClientIp(clientIp)],
  ];
  return rules
    .filter(([, { onAlarm }]) => onAlarm !== "off")
    .map(([rule, { onAlarm, ...figures }, create]) => {
      const key = JSON.stringify([rule, figures]);
      const count = known.get(key) ?? create();
      memory.counts.set(key, count);
      return { rule, perMs: figures.per, suppresses: onAlarm === "suppress", count };
    });
}

/** Of neighbours that take turns each replica sees every second one or so: there they may lie further apart. */
function countSequential({ digits, distinct, run, per }: PumpingOptions["sequentialNumbers"], replicas: number): Count {
  const blockSize = 10 ** digits;
  const reach = replicas === 1 ? 1 : 2 * replicas;
  const window = createDistinctWindow<number>(per);
  const blockOf = (number: number) => Math.floor(number / blockSize);
  const has = (number: number) => window.has(number, blockOf(number));
  return ({ to }, nowMs) => {
    const number = digitsOf(to);
    const inBlock = window.add(number, blockOf(number), nowMs);
    const inRun = runLength(has, number, run, reach);
    return inBlock >= distinct || inRun >= run ? Math.max(inBlock, inRun) : undefined;
  };
}

/** How many follow each other around this one, each at most `reach` from the next; stops counting at `enough`. */
function runLength(has: (number: number) => boolean, number: number, enough: number, reach: number): number {
  let length = 1;
  for (const direction of [-1, 1]) {
    let gap = 0;
    for (let next = number + direction; gap < reach && length < enough; next += direction) {
      gap = has(next) ? 0 : gap + 1;
      if (gap === 0) length += 1;
    }
  }
  return length;
}

function countBurst({ times, atLeast, per, past, learnFor }: PumpingOptions["countryBurst"], startMs: number): Count {
  const window = createDistinctWindow<Country>(per);
  const pasts = createCountryPast(startMs, per, past);
  return ({ to, country }, nowMs) => {
    const count = window.add(digitsOf(to), country, nowMs);
    const usual = pasts.usual(country, nowMs);
    const isOver = nowMs - startMs >= learnFor && count >= atLeast && count >= times * usual;
    // An attack must not become what is usual as fast as it grows.
    pasts.learn(country, isOver ? Math.min(count, Math.max(atLeast, 2 * usual)) : count, nowMs);
    return isOver ? count : undefined;
  };
}

function countByClientIp({ distinct, per }: PumpingOptions["clientIp"]): Count {
  const window = createDistinctWindow<string>(per);
  return ({ to, clientIp }, nowMs) => {
    if (clientIp === undefined) return undefined;
    const count = window.add(digitsOf(to), clientIp, nowMs);
    return count >= distinct ? count : undefined;
  };
}

/** Fifteen digits at most, which a number holds exactly. */
function digitsOf(to: E164): number {
  return Number(to.slice(1));
}
