import { createDispatch, type Dispatch } from "../../src/dispatch/dispatch.ts";
import { failoverOptions } from "../../src/dispatch/failover.ts";
import type { Provider } from "../../src/providers/provider.ts";
import type { Plan } from "../../src/sms/decision.ts";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import type { Random } from "../../src/values/random.ts";
import { Secret } from "../../src/values/secret.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Identifiers that count up: a run is the same every time. */
export function countingRandom(): Random {
  let count = 0;
  return { id: () => String(++count).padStart(24, "0") };
}

/** A dispatcher over the given providers on a virtual clock, with every event it told. */
export function dispatchBench(
  clock: VirtualClock,
  providers: Provider[],
  options: { plans?: Record<string, Plan>; onUnknown?: "next" | "hold"; countries?: string[] } = {},
): { dispatch: Dispatch; events: GatewayEvent[] } {
  const events: GatewayEvent[] = [];
  const { plans = {}, onUnknown = "next", countries } = options;
  const dispatch = createDispatch({
    providers: new Map(providers.map((provider) => [provider.name, provider])),
    rules: {
      destinations: countries ? { countries: countries as never } : {},
      routes: [{ name: "default", chain: providers.map(({ name }) => name) }],
      catalog: new Map(),
      plan: (name) => plans[name] ?? { sender: "ACME" },
    },
    failover: failoverOptions.parse({ onUnknown }),
    store: createMemoryStore(clock),
    keyed: createKeyed(new Secret("a secret for tests")),
    clock,
    random: countingRandom(),
    tell: (event) => events.push(event),
  });
  return { dispatch, events };
}
