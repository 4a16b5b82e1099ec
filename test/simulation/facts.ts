import type { TriedAttempt } from "../../src/sms/attempt.ts";
import type { Asked } from "./gateway.ts";
import type { Call } from "./network.ts";
import type { History } from "./simulate.ts";

/** One message at one store, as long as its claim is kept. */
export interface Errand {
  to: string;
  asked: Asked[];
  /** In the order of their beginnings. */
  calls: Call[];
}

/** A history with what the invariants look up in it. */
export interface Facts extends History {
  errands: Errand[];
  /** Nobody knows, or the process that asked was gone before it could. */
  isUnknown(call: Call): boolean;
  /** When the one who asked stopped waiting. */
  overMs(call: Call): number;
  /** When a message that failed did so: for one that waited, when the one that it waited for did. */
  failedMs(asked: Asked): number;
  /** How many processes may have sent a message: whoever takes over from one that crashed begins anew. */
  owners(calls: readonly Call[]): number;
  /** Every request that got an answer. */
  answered: (Asked & { outcome: NonNullable<Asked["outcome"]>; endedMs: number })[];
  call(attemptId: string): Call | undefined;
  byId(messageId: string): Asked | undefined;
}

const KEPT_MS = 600_000;
const KEPT_NOTICE_MS = 90_000;

/** One sentence that holds in every world, and what in this one speaks against it. */
export type Invariant = [sentence: string, violations: (facts: Facts) => string[]];

/** Looks a history through once. */
export function factsOf(history: History): Facts {
  const calls = new Map(history.calls.map((call) => [call.attemptId, call]));
  const asked = new Map(history.asked.map((one): [string, Asked] => [one.message.id, one]));
  return {
    ...history,
    errands: errandsOf(history),
    answered: history.asked.filter(isAnswered),
    call: (attemptId) => calls.get(attemptId),
    byId: (messageId) => asked.get(messageId),
    isUnknown: ({ result }) => result === undefined || result.outcome === "unknown",
    overMs: ({ endedMs, life }) => endedMs ?? history.lives[life]?.crashedMs ?? Number.POSITIVE_INFINITY,
    failedMs(one) {
      const first = asked.get(one.outcome?.messageId ?? "") ?? one;
      return first.endedMs ?? history.lives[first.life]?.crashedMs ?? Number.POSITIVE_INFINITY;
    },
    owners: (calls) => 1 + new Set(calls.map(({ life }) => life).filter((life) => hasCrashed(history, life))).size,
  };
}

/** The attempts of a request in which a vendor was asked. */
export function triedBy({ outcome }: Asked): TriedAttempt[] {
  return (outcome?.attempts ?? []).filter((attempt): attempt is TriedAttempt => "result" in attempt);
}

function hasCrashed({ lives }: History, life: number): boolean {
  return lives[life]?.crashedMs !== undefined;
}

function isAnswered(asked: Asked): asked is Facts["answered"][number] {
  return asked.outcome !== undefined && asked.endedMs !== undefined;
}

function errandsOf({ asked, calls, lives }: History): Errand[] {
  const stores = [...new Set(lives.map(({ store }) => store))];
  const place = (life: number, to: string) => {
    const store = lives[life]?.store;
    return `${store ? stores.indexOf(store) : -1} ${to}`;
  };
  const errands = new Map<string, Errand>();
  const ends = claimEnds(asked, place);
  const errandAt = (life: number, to: string, atMs: number) => {
    const passed = (ends.get(place(life, to)) ?? []).filter((endMs) => endMs <= atMs).length;
    const key = `${place(life, to)} ${passed}`;
    const errand = errands.get(key) ?? { to, asked: [], calls: [] };
    errands.set(key, errand);
    return errand;
  };
  for (const one of asked) errandAt(one.life, one.message.to, one.endedMs ?? one.startedMs).asked.push(one);
  for (const call of calls) errandAt(call.life, call.to, call.startedMs).calls.push(call);
  return [...errands.values()];
}

/** When each claim on a message ends, so that it may be sent anew. */
function claimEnds(asked: readonly Asked[], place: (life: number, to: string) => string): Map<string, number[]> {
  const ends = new Map<string, number[]>();
  const settled = asked.filter(isAnswered).sort((a, b) => a.endedMs - b.endedMs);
  for (const { life, message, outcome, endedMs } of settled) {
    if (!["sent", "rejected", "ambiguous"].includes(outcome.name)) continue;
    const key = place(life, message.to);
    ends.set(key, [...(ends.get(key) ?? []), endedMs + (message.code ? KEPT_MS : KEPT_NOTICE_MS)]);
  }
  return ends;
}
