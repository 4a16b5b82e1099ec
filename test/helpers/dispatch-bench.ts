import { createDispatch, type Dispatch } from "../../src/dispatch/dispatch.ts";
import { type Account, failoverOptions } from "../../src/dispatch/failover.ts";
import { createGate } from "../../src/dispatch/gate.ts";
import { pumpingOptions } from "../../src/guard/pumping.ts";
import { createPumpingMemory, createPumpingWatch, type PumpingWatch } from "../../src/guard/pumping-watch.ts";
import { type Prices, spendOptions } from "../../src/guard/spend.ts";
import type { Provider } from "../../src/providers/provider.ts";
import type { Plan } from "../../src/sms/decision.ts";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import type { Random } from "../../src/values/random.ts";
import { Secret } from "../../src/values/secret.ts";
import { limitsOf } from "./allowance.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Identifiers that count up: a run is the same every time. */
export function countingRandom(): Random {
  let count = 0;
  return { id: () => String(++count).padStart(24, "0"), fraction: () => 0.5 };
}

/** What a bench differs in from the usual. */
export interface BenchOptions {
  plans?: Record<string, Plan>;
  onUnknown?: "next" | "hold";
  countries?: string[];
  maxInFlight?: number;
  maxRunning?: number;
  /** As in the configuration file; without it, no limit is ever reached. */
  limits?: object;
  spend?: object;
  pumping?: object;
  prices?: Record<string, Prices>;
  exempt?: string[];
  enforce?: boolean;
}

/** A dispatcher with everything around it. */
export interface DispatchBench {
  dispatch: Dispatch;
  events: GatewayEvent[];
  accounts: Map<string, Account>;
  store: Store;
  pumping: PumpingWatch;
  /** As the end of the process does. */
  endAlarms(): void;
}

/** A dispatcher over the given providers on a virtual clock, with every event it told. */
export function dispatchBench(clock: VirtualClock, providers: Provider[], options: BenchOptions = {}): DispatchBench {
  const events: GatewayEvent[] = [];
  const { plans = {}, onUnknown = "next", countries, maxInFlight = 80, maxRunning = 1_000 } = options;
  const random = countingRandom();
  const tell = (event: GatewayEvent) => void events.push(event);
  const store = createMemoryStore(clock);
  const account = (provider: Provider): [string, Account] => [
    provider.name,
    { provider, gate: createGate(provider.name, maxInFlight, { clock, random, tell }) },
  ];
  const accounts = new Map(providers.map(account));
  const { exempt = [], enforce = true } = options;
  const watched = pumpingOptions.parse(options.pumping ?? {});
  const memory = createPumpingMemory(clock, tell);
  const pumping = createPumpingWatch({ options: watched, replicas: 1, exempt, enforce, clock, memory });
  const dispatch = createDispatch({
    accounts,
    pumping,
    rules: {
      destinations: countries ? { countries: countries as never } : {},
      routes: [{ name: "default", chain: providers.map(({ name }) => name) }],
      catalog: new Map(),
      lot: () => 0.5,
      plan: (name) => plans[name] ?? { sender: "ACME" },
    },
    failover: failoverOptions.parse({ onUnknown }),
    allowance: {
      limits: limitsOf(options.limits),
      ...(options.spend && { spend: spendOptions.parse(options.spend) }),
      pricesOf: (name) => options.prices?.[name],
      exempt,
      enforce,
    },
    store,
    keyed: createKeyed(new Secret("a secret for tests")),
    clock,
    random,
    tell,
    maxRunning,
  });
  return { dispatch, events, accounts, store, pumping, endAlarms: memory.alarms.close };
}
