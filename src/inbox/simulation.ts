import type { MiddlewareHandler } from "hono";
import type { Decision } from "../sms/decision.ts";
import type { Tell } from "../sms/event.ts";
import type { Message } from "../sms/message.ts";
import type { Outcome } from "../sms/outcome.ts";
import type { SendResult } from "../sms/send-result.ts";
import type { Clock } from "../values/clock.ts";
import type { Random } from "../values/random.ts";
import { type Chaos, createChaos } from "./chaos.ts";
import { magicNumbers, magicScript } from "./magic-numbers.ts";
import { createRequestCounts } from "./request-counts.ts";
import { hashOf } from "./request-record.ts";
import { createTwistedAnswers, type Twist } from "./twisted-answers.ts";

/** What goes wrong on purpose, by number and by chaos rule, as parts for each room; made in dev mode only. */
export interface Simulation {
  dispatch: {
    /** The end of a message that shall not be sent; undefined when it goes its way. */
    preempt(message: Message, decision: Decision): Pick<Outcome, "name" | "reason"> | undefined;
  };
  accounts: {
    /** What a provider says to a text; undefined when it takes it. */
    simulate(provider: string, sms: Pick<Message, "to" | "text">): SendResult | undefined;
  };
  courier: { before: MiddlewareHandler };
  inbox: { chaosRules: Chaos; magicNumbers: { number: string; says: string }[] };
  /** Tells what came later than it came where a script wants that. */
  late(tell: Tell): Tell;
  /** Ends whatever is held back. */
  close(): void;
}

/** What a simulation may do to the world. */
export interface SimulationEffects {
  clock: Clock;
  random: Random;
  tell: Tell;
}

/** Scripts for all magic numbers, and no chaos yet. */
export function createSimulation({ clock, random, tell }: SimulationEffects): Simulation {
  const closing = new AbortController();
  const chaos = createChaos(random);
  const count = createRequestCounts(clock);
  const answers = createTwistedAnswers(clock, tell, closing.signal);
  const chains = createChains();

  function plan(message: Message): Plan | undefined {
    const script = magicScript(message.to);
    if (!script) return named("chaos", chaos.draw(message.to));
    // A magic number does as documented whatever chaos rules there are.
    return named(script.digits, { twist: script.twist?.(count(message)), says: script.says });
  }

  function preempt(message: Message, decision: Decision): Pick<Outcome, "name" | "reason"> | undefined {
    const planned = plan(message);
    if (!planned) return undefined;
    const { by, twist, says } = planned;
    tell({ type: "simulated", message, says: `${by}: ${says}` });
    chains.note(message, decision);
    if (twist) answers.note({ message, twist, says });
    if (!twist?.ends) return undefined;
    if (twist.ends === "suppressed") tell({ type: "limited", message, dimension: "number", enforced: true });
    return { name: twist.ends, reason: `simulated: ${says}` };
  }

  return {
    dispatch: { preempt },
    accounts: {
      simulate: (provider, sms) => magicScript(sms.to)?.attempt?.(chains.first(sms) === provider),
    },
    courier: { before: answers.middleware },
    inbox: {
      chaosRules: chaos,
      magicNumbers: magicNumbers.map(({ number, says }) => ({ number, says })),
    },
    late: (next) => (event) => {
      const hiddenMs = "message" in event ? magicScript(event.message.to)?.hiddenMs : undefined;
      if (hiddenMs === undefined) next(event);
      else void clock.sleep(hiddenMs, closing.signal).then(() => next(event));
    },
    close: () => closing.abort(),
  };
}

/** What one request comes to; digits of a number are for the inbox alone. */
interface Plan {
  by: string;
  says: string;
  twist?: Twist | undefined;
}

function named(by: string, plan: Omit<Plan, "by"> | undefined): Plan | undefined {
  return plan && { by, ...plan };
}

/** Which provider of each message's chain is the first that could send it. */
interface Chains {
  note(message: Message, decision: Decision): void;
  first(sms: Pick<Message, "to" | "text">): string | undefined;
}

const MAX_CHAINS = 1_000;

/** A provider knows number and text only. */
function createChains(): Chains {
  const firsts = new Map<string, string>();
  const keyOf = ({ to, text }: Pick<Message, "to" | "text">) => hashOf([to, text]);
  return {
    note({ to }, { candidates, text }) {
      const first = candidates.find(({ plan }) => !("incapable" in plan));
      if (!first) return;
      const key = keyOf({ to, text });
      firsts.delete(key);
      firsts.set(key, first.provider);
      const [oldest] = firsts.keys();
      if (firsts.size > MAX_CHAINS && oldest !== undefined) firsts.delete(oldest);
    },
    first: (sms) => firsts.get(keyOf(sms)),
  };
}
