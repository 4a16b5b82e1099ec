import { createAllowanceRules, createPumping, createRules } from "../../../src/compose.ts";
import type { Configuration } from "../../../src/config/configuration.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { createDispatch } from "../../../src/dispatch/dispatch.ts";
import type { Account } from "../../../src/dispatch/failover.ts";
import { createGate } from "../../../src/dispatch/gate.ts";
import { createPumpingMemory } from "../../../src/guard/pumping-watch.ts";
import type { Tell } from "../../../src/sms/event.ts";
import type { Message } from "../../../src/sms/message.ts";
import type { OutcomeName } from "../../../src/sms/outcome.ts";
import { createMemoryStore } from "../../../src/store/memory.ts";
import { sent } from "../../helpers/scripted-provider.ts";
import { createWorldClock } from "../clock.ts";
import { createDice } from "../dice.ts";
import { SIMULATION_KEYED } from "../gateway.ts";
import { COUNTRIES, type Request } from "./traffic.ts";

/** What became of one request. */
export interface Ending extends Request {
  outcome: OutcomeName;
  /** Such as the limit that stopped it. */
  reason?: string;
}

const ENVIRONMENT = Object.fromEntries(
  ["GATEWAY_SECRET", "GATEWAY_API_KEY", "ADMIN_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]
    .concat(["PLIVO_AUTH_ID", "PLIVO_AUTH_TOKEN"])
    .map((name) => [name, `AC${name}`]),
);

/** The configuration that we recommend, by an operator who lets everybody in: what else stops an attack is seen better. */
export function recommended(): Configuration {
  const loaded = loadConfiguration({ ...ENVIRONMENT, GATEWAY_CONFIG: "gateway.example.yaml" });
  if ("problems" in loaded) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  const { configuration } = loaded;
  return { ...configuration, destinations: { ...configuration.destinations, countries: COUNTRIES } };
}

/** Brings every request to its end: the real dispatch on a real memory store, with vendors that accept everything. */
export async function play(
  configuration: Configuration,
  requests: readonly Request[],
  tell: Tell = () => {},
): Promise<Ending[]> {
  const clock = createWorldClock();
  const random = createDice(1, 23);
  const effects = { clock, random, tell };
  const allowance = createAllowanceRules(configuration);
  const pumping = createPumping(configuration, allowance, clock, createPumpingMemory(clock, tell));
  const accounts = Object.entries(configuration.providers).map(([name, { maxInFlight }]): [string, Account] => {
    const send = () => clock.sleep(random.between(40, 400)).then(() => sent);
    return [name, { provider: { name, send }, gate: createGate(name, maxInFlight, effects) }];
  });
  const dispatch = createDispatch({
    ...effects,
    accounts: new Map(accounts),
    rules: createRules(configuration, SIMULATION_KEYED),
    failover: configuration.failover,
    ...{ allowance, pumping },
    store: createMemoryStore(clock),
    keyed: SIMULATION_KEYED,
    maxRunning: 1_000,
  });
  const end = async (request: Request): Promise<Ending> => {
    const { name, reason } = await dispatch(messageOf(request, `msg_${random.id()}`, clock.wallMs()));
    return { ...request, outcome: name, ...(reason && { reason }) };
  };
  return clock.play(async () => {
    const endings: Promise<Ending>[] = [];
    for (const request of requests) {
      await clock.sleep(request.atMs - clock.monotonicMs());
      endings.push(end(request));
    }
    return Promise.all(endings);
  });
}

function messageOf({ phone, text }: Request, id: Message["id"], receivedAt: number): Message {
  return {
    ...{ id, text, receivedAt, template: "login_code_valid", locales: [] },
    ...{ to: phone.number, country: phone.country, ...(phone.type && { numberType: phone.type }) },
    code: { value: text.slice(0, 6), source: "template-data" },
    ...{ lifespanMs: 600_000, expiresAt: receivedAt + 600_000 },
  };
}
