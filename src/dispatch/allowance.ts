import { createLimitBuckets, type LimitOptions } from "../guard/limits.ts";
import { createSpendBuckets, dearest, type Prices, type SpendOptions } from "../guard/spend.ts";
import type { Decision } from "../sms/decision.ts";
import type { Message } from "../sms/message.ts";
import { type Outcome, UNSPENT } from "../sms/outcome.ts";
import type { Bucket } from "../store/store.ts";
import type { Keyed } from "../values/keyed.ts";

/** What a message may take: how often, and how much money. */
export interface AllowanceRules {
  limits: LimitOptions;
  spend?: SpendOptions;
  /** An account's own prices. */
  pricesOf(provider: string): Prices | undefined;
  /** Exact numbers that no limit holds for; money does. */
  exempt: readonly string[];
  /** False in dev mode and while only watching: everything is counted and nothing stopped. */
  enforce: boolean;
}

/** What one message takes, and gives back when it is not used after all. */
export interface Allowance {
  buckets: Bucket[];
  /** What to give back when it has ended so. */
  unused(outcome: Outcome): Bucket[];
}

/** The buckets of a message: its limits, and the price of its dearest candidate. */
export type Allow = (message: Message, tag: string, decision: Decision) => Allowance;

/** What these rules allow. */
export function createAllow(rules: AllowanceRules, keyed: Keyed): Allow {
  const { limits, spend, pricesOf, exempt } = rules;
  const limitBuckets = createLimitBuckets(limits, keyed);
  const spendBuckets = spend && createSpendBuckets(spend);
  return (message, tag, decision) => {
    const { to, country, clientIp } = message;
    const limiting = exempt.includes(to) ? [] : limitBuckets({ to, tag, country, clientIp });
    const costWith = (providers: readonly { provider: string }[]) => {
      if (!spend) return 0;
      const prices = providers.map(({ provider }) => pricesOf(provider));
      return dearest(spend, country, decision.segments.count, prices);
    };
    const reserved = costWith(decision.candidates);
    const spending = spendBuckets?.(country, reserved) ?? [];
    const buckets = [...limiting, ...spending];
    return {
      buckets,
      unused({ name, provider }) {
        // What was refused was demanded all the same.
        if (UNSPENT.includes(name)) return buckets;
        if (name === "rejected") return spending;
        const spent = provider === undefined ? reserved : costWith([{ provider }]);
        return spent < reserved ? spending.map((bucket) => ({ ...bucket, cost: reserved - spent })) : [];
      },
    };
  };
}
