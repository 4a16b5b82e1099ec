import type { Tell } from "../sms/event.ts";
import type { PumpingAlarm, PumpingRule } from "../sms/pumping-alarm.ts";
import type { Clock } from "../values/clock.ts";
import { type PumpingOptions, sharePumping } from "./pumping.ts";
import { createPumpingAlarms, type PumpingAlarms } from "./pumping-alarms.ts";
import { type PumpingSubject, type RuleCounts, watchedRules } from "./pumping-rules.ts";

/** Looks for somebody who pumps messages. */
export interface PumpingWatch {
  /** Counts a message; the rule that stops it, if one does. The same message again counts no number twice. */
  look(subject: PumpingSubject): PumpingRule | undefined;
  /** The alarms that are on. */
  alarms(): PumpingAlarm[];
  /** What each rule that is on does; where nothing is enforced, alarm at most. */
  rules(): Partial<Record<PumpingRule, "alarm" | "suppress">>;
}

/** What watches have seen so far, for one that takes over: numbers and addresses, in this process's memory. */
export interface PumpingMemory {
  alarms: PumpingAlarms;
  counts: RuleCounts;
  /** Monotonic milliseconds. */
  startMs: number;
}

/** A memory without anything in it. */
export function createPumpingMemory(clock: Clock, tell: Tell): PumpingMemory {
  return { alarms: createPumpingAlarms(clock, tell), counts: new Map(), startMs: clock.monotonicMs() };
}

/** What a watch is made of. */
export interface PumpingParts {
  options: PumpingOptions;
  /** So many share the traffic; each knows only what comes to it. */
  replicas: number;
  /** Exact numbers that are not looked at. */
  exempt: readonly string[];
  /** False in dev mode and while only watching: everything is counted and told, and nothing stopped. */
  enforce: boolean;
  clock: Clock;
  memory: PumpingMemory;
}

/**
 * A watch that knows what `memory` holds of rules with the same figures, and from now on it remembers there, 32,768 numbers per
 * rule: below 15 MB when every rule is full.
 */
export function createPumpingWatch(parts: PumpingParts): PumpingWatch {
  const { clock, enforce, replicas, memory } = parts;
  const { alarms } = memory;
  const rules = watchedRules(sharePumping(parts.options, replicas), replicas, memory);
  const exempt = new Set(parts.exempt);
  return {
    look(subject) {
      if (exempt.has(subject.to)) return undefined;
      const nowMs = clock.monotonicMs();
      let stoppedBy: PumpingRule | undefined;
      for (const { rule, perMs, suppresses, count: countOf } of rules) {
        const count = countOf(subject, nowMs);
        if (count === undefined) continue;
        alarms.raise({ rule, country: subject.country, count, perMs });
        if (suppresses && enforce) stoppedBy ??= rule;
      }
      return stoppedBy;
    },
    alarms: alarms.list,
    rules: () =>
      Object.fromEntries(rules.map(({ rule, suppresses }) => [rule, suppresses && enforce ? "suppress" : "alarm"])),
  };
}
