import type { Provider } from "../../src/providers/provider.ts";
import type { NotSentKind, SendResult } from "../../src/sms/send-result.ts";
import { notSent, sent, unknown } from "../helpers/scripted-provider.ts";
import type { WorldClock } from "./clock.ts";
import { createDice } from "./dice.ts";
import type { Behaviour, BehaviourName, Schedule, VendorPlan } from "./schedule.ts";

/** One request at a vendor, as the vendor's own books have it. */
export interface Call {
  vendor: string;
  life: number;
  attemptId: string;
  to: string;
  behaviour: BehaviourName;
  startedMs: number;
  /** Requests under way at the vendor with this one, from the same gateway. */
  together: number;
  acceptedMs?: number;
  /** Absent when the gateway was gone before. */
  endedMs?: number;
  result?: SendResult;
}

/** The vendors of a schedule. */
export interface Network {
  /** In the order of their beginnings. */
  calls: Call[];
  /** The accounts as one life of the gateway sees them. */
  providers(life: number, isAlive: () => boolean): Provider[];
}

/** Vendors that behave as planned and keep books of what they really accepted. */
export function createNetwork(clock: WorldClock, schedule: Schedule, note: (line: string) => void): Network {
  const calls: Call[] = [];
  const dices = schedule.vendors.map((_, index) => createDice(schedule.seed, 4, index));

  function provider(plan: VendorPlan, index: number, life: number, isAlive: () => boolean): Provider {
    const dice = dices[index] ?? createDice(0);
    let underWay = 0;
    const accept = async (call: Call, afterMs: number) => {
      const arrivesAnyway = dice.chance(0.5);
      await clock.sleep(afterMs);
      if (!isAlive() && !arrivesAnyway) return;
      call.acceptedMs = clock.monotonicMs();
      note(`${call.vendor} accepts ${call.to}`);
    };
    return {
      name: plan.name,
      async send({ attemptId, to, country }, signal) {
        const startedMs = clock.monotonicMs();
        const behaviour = behaviourAt(plan, startedMs);
        const refusal = schedule.refusedNumbers[to] ?? plan.refuses[country];
        const { result, accepts } = answer(behaviour, refusal, dice.chance(behaviour.acceptShare));
        const delayMs = dice.between(...behaviour.delayMs);
        underWay += 1;
        const call: Call = {
          ...{ vendor: plan.name, life, attemptId, to, behaviour: behaviour.is, startedMs, together: underWay },
        };
        calls.push(call);
        note(`${plan.name} is asked for ${to}, ${behaviour.is}`);
        if (accepts) void accept(call, dice.between(0, delayMs));
        await clock.sleep(behaviour.is === "hang" ? Number.POSITIVE_INFINITY : delayMs, signal);
        underWay -= 1;
        if (!isAlive()) return new Promise(() => {});
        call.endedMs = clock.monotonicMs();
        call.result = signal.aborted ? unknown("timeout") : result;
        return call.result;
      },
    };
  }

  return {
    calls,
    providers: (life, isAlive) => schedule.vendors.map((plan, index) => provider(plan, index, life, isAlive)),
  };
}

function behaviourAt({ spells, well }: VendorPlan, atMs: number): Behaviour {
  return spells.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.behaviour ?? well;
}

/** What the vendor would say, and whether it takes the message whatever becomes of its answer. */
function answer(
  { is, retryAfterMs }: Behaviour,
  refusal: NotSentKind | undefined,
  isLucky: boolean,
): { result: SendResult; accepts: boolean } {
  if (is === "healthy" || is === "slow") {
    return refusal ? { result: notSent(refusal), accepts: false } : { result: sent, accepts: true };
  }
  const result = ANSWERS[is];
  const accepts = result.outcome === "unknown" && isLucky && !refusal;
  return { result: retryAfterMs === undefined ? result : ({ ...result, retryAfterMs } as SendResult), accepts };
}

const ANSWERS: Record<Exclude<BehaviourName, "healthy" | "slow">, SendResult> = {
  down: notSent("unavailable"),
  unauthorized: notSent("unauthorized"),
  "no-credit": notSent("quota-exhausted"),
  throttled: notSent("rate-limited"),
  hang: unknown("timeout"),
  reset: unknown("unavailable"),
  "server-error": unknown("unavailable"),
  "bad-response": unknown("bad-response"),
};
