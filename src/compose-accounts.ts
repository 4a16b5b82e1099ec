import type { Configuration } from "./config/configuration.ts";
import type { Account } from "./dispatch/failover.ts";
import { createGate, type Gate, type GateEffects } from "./dispatch/gate.ts";
import type { Provider, ProviderEffects } from "./providers/provider.ts";
import { createProvider, inboxAccount, type ProviderOptions, sameAccess } from "./providers/registry.ts";
import { sameValue } from "./values/same-value.ts";

/** Accounts in use, and the configuration that they were made from. */
export interface AccountsInUse {
  configuration: Pick<Configuration, "providers">;
  accounts: ReadonlyMap<string, Account>;
}

/** Why a gateway cannot start or take a configuration, in a sentence for the operator. */
export class StartError extends Error {}

/**
 * One account each; in dev mode every vendor's place is taken by an inbox of that name, so that nothing can leave. Found
 * again by name: the provider itself when its options are what they were, and the gate when credentials and endpoint are.
 * A vendor in trouble stays so, and corrected credentials wait for no breaker. Throws StartError, and changes nothing then.
 */
export async function createAccounts(
  { mode, providers }: Pick<Configuration, "mode" | "providers">,
  effects: { provider: ProviderEffects; gate: GateEffects },
  inUse?: AccountsInUse,
): Promise<Map<string, Account>> {
  const entries = Object.entries(providers);
  const making = entries.map(async ([name, options]) => {
    const known = sameValue(options, inUse?.configuration.providers[name]) && inUse?.accounts.get(name)?.provider;
    return known || make(name, mode === "dev" ? inboxAccount() : options, effects.provider);
  });
  const made = await Promise.allSettled(making);
  const failed = made.find((result) => result.status === "rejected");
  if (failed) {
    closeAll(
      made.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
      inUse,
    );
    throw failed.reason;
  }
  return new Map(
    entries.map(([name, options], index) => {
      const gate = gateOf(name, options, effects.gate, inUse);
      return [name, { provider: (made[index] as PromiseFulfilledResult<Provider>).value, gate }];
    }),
  );
}

function gateOf(name: string, options: ProviderOptions, effects: GateEffects, inUse: AccountsInUse | undefined): Gate {
  const before = inUse?.accounts.get(name)?.gate;
  if (before && sameAccess(options, inUse?.configuration.providers[name])) {
    before.allow(options.maxInFlight);
    return before;
  }
  // Whoever heard of trouble hears that it is over.
  if (before && before.status().breaker !== "closed") {
    effects.tell({ type: "breaker", provider: name, state: "closed" });
  }
  return createGate(name, options.maxInFlight, effects);
}

async function make(name: string, options: ProviderOptions, effects: ProviderEffects): Promise<Provider> {
  try {
    return await createProvider(name, options, effects);
  } catch (error) {
    throw new StartError(`provider ${name}: ${(error as Error).message}`);
  }
}

function closeAll(made: readonly Provider[], inUse: AccountsInUse | undefined): void {
  const used = new Set([...(inUse?.accounts.values() ?? [])].map(({ provider }) => provider));
  for (const provider of made) if (!used.has(provider)) provider.close?.();
}
