import type { Tell } from "../sms/event.ts";
import type { PumpingAlarm, PumpingRule } from "../sms/pumping-alarm.ts";
import type { Clock } from "../values/clock.ts";
import { type PumpingOptions, sharePumping } from "./pumping.ts";
import { createPumpingAlarms } from "./pumping-alarms.ts";
import { type PumpingSubject, watchedRules } from "./pumping-rules.ts";

/** Looks for somebody who pumps messages. */
export interface PumpingWatch {
  /** Counts a message; the rule that stops it, if one does. The same message again counts no number twice. */
  look(subject: PumpingSubject): PumpingRule | undefined;
  /** The alarms that are on. */
  alarms(): PumpingAlarm[];
  /** What each rule that is on does; where nothing is enforced, alarm at most. */
  rules(): Partial<Record<PumpingRule, "alarm" | "suppress">>;
  close(): void;
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
  tell: Tell;
}

/**
 * A watch that knows nothing yet. All it knows it keeps in this process's memory, 32,768 numbers per rule: below 30 MB
 * when every rule is full.
 */
export function createPumpingWatch(parts: PumpingParts): PumpingWatch {
  const { clock, enforce, replicas } = parts;
  const rules = watchedRules(sharePumping(parts.options, replicas), replicas, clock.monotonicMs());
  const alarms = createPumpingAlarms(clock, parts.tell);
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
    close: alarms.close,
  };
}
