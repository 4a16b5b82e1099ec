import type { E164 } from "../sms/e164.ts";
import type { Random } from "../values/random.ts";
import type { Twist } from "./twisted-answers.ts";

/** What shall go wrong, how often and for whom. */
export interface ChaosRule {
  id: string;
  /** Absent: for every number. */
  to?: E164 | undefined;
  /** From 0, never, to 1, always. */
  probability: number;
  /** The message fails and is answered so. */
  status?: number | undefined;
  /** How late the answer comes. */
  delayMs?: number | undefined;
  /** The message goes its way, and its connection is closed without an answer. */
  dropAfterAccept?: boolean | undefined;
  /** Only for so many requests that it applies to, retries among them; absent for all. */
  next?: number | undefined;
}

/** The rules in force. */
export interface ChaosState {
  active: boolean;
  rules: ChaosRule[];
}

/** Rules that make the gateway fail on purpose; gone with the process. */
export interface Chaos {
  state(): ChaosState;
  /** Replaces all rules. */
  replace(rules: ChaosRule[]): ChaosState;
  /** What the first rule that applies makes of one request; undefined when none does. */
  draw(to: E164): { twist: Twist; says: string } | undefined;
  /** Hears of every change from now on. */
  follow(listener: (state: ChaosState) => void): void;
}

/** No rules. */
export function createChaos(random: Random): Chaos {
  const listeners: ((state: ChaosState) => void)[] = [];
  let rules: ChaosRule[] = [];
  const state = (): ChaosState => ({ active: rules.length > 0, rules });
  const replace = (next: ChaosRule[]): ChaosState => {
    rules = next;
    for (const listener of listeners) listener(state());
    return state();
  };
  return {
    state,
    replace,
    draw(to) {
      const rule = rules.find((one) => (one.to === undefined || one.to === to) && random.fraction() < one.probability);
      if (!rule) return undefined;
      if (rule.next !== undefined) replace(rules.flatMap((one) => (one === rule ? usedOnce(rule, rule.next) : [one])));
      return { twist: twistOf(rule), says: inWords(rule).join(", ") };
    },
    follow: (listener) => listeners.push(listener),
  };
}

function usedOnce(rule: ChaosRule, next = 1): ChaosRule[] {
  return next > 1 ? [{ ...rule, next: next - 1 }] : [];
}

function twistOf({ status, delayMs, dropAfterAccept }: ChaosRule): Twist {
  return {
    ...(status !== undefined && { ends: "failed", status }),
    ...(delayMs !== undefined && { delayMs }),
    ...(dropAfterAccept && { drop: true }),
  };
}

function inWords({ status, delayMs, dropAfterAccept }: ChaosRule): string[] {
  return [
    ...(status === undefined ? [] : [`answered ${status}`]),
    ...(dropAfterAccept ? ["accepted, then the connection is closed without an answer"] : []),
    ...(delayMs ? [`${delayMs} ms late`] : []),
  ];
}
