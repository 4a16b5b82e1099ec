import { createDispatch } from "../../src/dispatch/dispatch.ts";
import type { Account } from "../../src/dispatch/failover.ts";
import { createGate } from "../../src/dispatch/gate.ts";
import type { Country, E164 } from "../../src/sms/e164.ts";
import type { GatewayEvent } from "../../src/sms/event.ts";
import type { Message } from "../../src/sms/message.ts";
import type { Outcome } from "../../src/sms/outcome.ts";
import type { Store } from "../../src/store/store.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";
import { boundless } from "../helpers/allowance.ts";
import type { ProcessClock, WorldClock } from "./clock.ts";
import { createDice } from "./dice.ts";
import type { Network } from "./network.ts";
import type { QueuedMessage, Schedule } from "./schedule.ts";

/** One request to the gateway. */
export interface Asked {
  life: number;
  message: Message;
  startedMs: number;
  /** Absent when the gateway was gone before. */
  endedMs?: number;
  outcome?: Outcome;
  /** A bug ended it. */
  error?: Error;
}

/** What one life of the gateway told, and when. */
export interface Told {
  life: number;
  atMs: number;
  event: GatewayEvent;
}

/** One process of the gateway from its start to its crash. */
export interface Life {
  number: number;
  /** Shared by all that have the same one. */
  store: Store;
  accounts: ReadonlyMap<string, Account>;
  clock: ProcessClock;
  crashedMs?: number;
  /** Resolves when the process crashes. */
  gone: Promise<void>;
  /** Never settles when the process crashes before. */
  ask(message: QueuedMessage): Promise<Asked>;
  crash(): void;
}

/** What a life is started with. */
export interface LifeParts {
  clock: WorldClock;
  schedule: Schedule;
  network: Network;
  note: (line: string) => void;
  asked: Asked[];
  told: Told[];
}

/** The real dispatch with real gates and a real memory store, in the simulated world. */
export function startLife(parts: LifeParts, number: number, store: Store): Life {
  const { schedule, network, note, asked, told } = parts;
  const clock = parts.clock.process();
  const random = createDice(schedule.seed, 6, number);
  const tell = (event: GatewayEvent) => {
    told.push({ life: number, atMs: clock.monotonicMs(), event });
    note(lineOf(event));
  };
  const accounts = new Map<string, Account>();
  let hangUp = () => {};
  const gone = new Promise<void>((resolve) => {
    hangUp = resolve;
  });
  const life: Life = {
    ...{ number, store, accounts, clock, ask, gone },
    crash() {
      life.crashedMs = clock.monotonicMs();
      clock.kill();
      hangUp();
    },
  };
  for (const provider of network.providers(number, () => life.crashedMs === undefined)) {
    const maxInFlight = planOf(schedule, provider.name)?.maxInFlight ?? 0;
    accounts.set(provider.name, { provider, gate: createGate(provider.name, maxInFlight, { clock, random, tell }) });
  }
  const dispatch = createDispatch({
    ...{ accounts, store, clock, random, tell, keyed: SIMULATION_KEYED, maxRunning: schedule.maxRunning },
    failover: schedule.failover,
    allowance: boundless,
    pumping: { look: () => undefined },
    rules: {
      destinations: {},
      routes: [{ name: "default", chain: [...accounts.keys()] }],
      catalog: new Map(),
      lot: () => 0.5,
      plan: (name, { country }) =>
        planOf(schedule, name)?.incapable.includes(country) ? { incapable: "no sender" } : { sender: "ACME" },
    },
  });

  async function ask(queued: QueuedMessage): Promise<Asked> {
    const message = messageOf(queued, `msg_${random.id()}`, clock.wallMs());
    const mine: Asked = { life: number, message, startedMs: clock.monotonicMs() };
    asked.push(mine);
    note(`asked for ${message.to} as ${message.id}`);
    try {
      mine.outcome = await dispatch(message);
    } catch (error) {
      mine.error = error instanceof Error ? error : new Error(String(error));
    }
    mine.endedMs = clock.monotonicMs();
    return mine;
  }

  return life;
}

/** The key that fingerprints of the simulated gateway are made with. */
export const SIMULATION_KEYED = createKeyed(new Secret("a secret for tests"));

function planOf({ vendors }: Schedule, vendor: string) {
  return vendors.find(({ name }) => name === vendor);
}

/** What the gateway reads from a request. */
export function messageOf(
  { to, country, text, hasCode }: QueuedMessage,
  id: Message["id"],
  receivedAt: number,
): Message {
  return {
    ...{ id, text, receivedAt, numberType: "mobile", template: "login_code_valid", locales: [] },
    to: to as E164,
    country: country as Country,
    ...(hasCode && { code: { value: text.slice(-6), source: "template-data" } }),
  };
}

function lineOf(event: GatewayEvent): string {
  if (event.type === "breaker") return `breaker ${event.provider} ${event.state}`;
  if (event.type === "attempted") return `attempted ${event.message.id} ${JSON.stringify(event.attempt)}`;
  if (event.type === "settled") return `settled ${event.message.id} ${event.outcome.name} ${event.durationMs}`;
  return event.type;
}
