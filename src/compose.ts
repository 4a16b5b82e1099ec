import type { Hono } from "hono";
import { createAccounts } from "./compose-accounts.ts";
import type { Configuration } from "./config/configuration.ts";
import type { AllowanceRules } from "./dispatch/allowance.ts";
import type { Rules } from "./dispatch/decide.ts";
import { createDispatch } from "./dispatch/dispatch.ts";
import type { Account } from "./dispatch/failover.ts";
import { createPumpingWatch, type PumpingMemory, type PumpingWatch } from "./guard/pumping-watch.ts";
import { costOf } from "./guard/spend.ts";
import { type AdminParts, createAdminApp } from "./http/admin.ts";
import { type ApiKey, type Authenticate, createAuthenticate } from "./http/auth.ts";
import { createCourier } from "./http/courier.ts";
import { createOpsApp } from "./http/ops.ts";
import type { Face } from "./http/server.ts";
import { type Kept, MAX_RUNNING } from "./kept.ts";
import { planFor } from "./providers/registry.ts";
import type { Clock } from "./values/clock.ts";
import type { Keyed } from "./values/keyed.ts";

/** A gateway under one configuration; what remembers is kept beside it. */
export interface House {
  configuration: Configuration;
  accounts: ReadonlyMap<string, Account>;
  courier: Face;
  ops: Hono;
}

/**
 * Builds a house from its configuration; opens no listener. Throws StartError for an account that cannot work, and has
 * changed nothing then; else it takes over the gates and unchanged providers of the house before it.
 */
export async function compose(configuration: Configuration, kept: Kept, before?: House): Promise<House> {
  const { keyed, store, metrics, simulation, isReady, reload, running } = kept;
  const { clock, random } = kept.effects;
  const effects = { provider: kept.providerEffects, gate: { clock, random, tell: kept.tell } };
  const accounts = await createAccounts(configuration, effects, before);
  const { apiKeys, adminKeys, mode, logLevel } = configuration;
  kept.setLogLevel(logLevel);
  const tell = kept.tellUnder(configuration);
  const allowance = createAllowanceRules(configuration);
  const pumping = createPumping(configuration, allowance, clock, kept.pumping);
  const dispatch = createDispatch({
    ...{ accounts, allowance, pumping, store, keyed, clock, random, tell, running },
    rules: createRules(configuration, keyed),
    failover: configuration.failover,
    maxRunning: MAX_RUNNING,
    ...simulation?.dispatch,
  });
  const ops = createOpsApp({ isReady, metrics: metrics.render });
  ops.route("/admin", createAdminApp({ ...guardOf(adminKeys, mode), accounts, store, keyed, pumping, reload }));
  const courier = createCourier({
    ...{ dispatch, clock, random, tell },
    ...authenticateBy(apiKeys),
    ...limitAnswers(configuration),
    ...simulation?.courier,
  });
  return { configuration, accounts, courier, ops };
}

function limitAnswers(configuration: Configuration) {
  const clientIpHeader = clientIpHeaderOf(configuration);
  return { rejectLimited: configuration.limits.onLimit === "reject", ...(clientIpHeader && { clientIpHeader }) };
}

/** Limits and alarms read the same one. */
function clientIpHeaderOf({ limits, pumping }: Configuration): string | undefined {
  return limits.perClientIp?.header ?? pumping.clientIp.header;
}

/** Without keys everybody may post, which only dev mode lets happen. */
function authenticateBy(keys: readonly ApiKey[]): { authenticate?: Authenticate } {
  return keys.length > 0 ? { authenticate: createAuthenticate(keys) } : {};
}

/** Without keys the admin API is open in dev mode, on loopback, and absent in live mode. */
function guardOf(keys: readonly ApiKey[], mode: Configuration["mode"]): Pick<AdminParts, "access"> {
  if (keys.length > 0) return { access: createAuthenticate(keys) };
  return { access: mode === "dev" ? "open" : "absent" };
}

/** What decisions are made from, also without a gateway: `explain` decides by the same rules. */
export function createRules(configuration: Configuration, keyed: Keyed): Rules {
  const { destinations, routes, catalog, providers, spend, inbox } = configuration;
  return {
    destinations,
    routes,
    catalog,
    plan: (name, sms) => {
      const options = providers[name];
      return options ? planFor(options, sms) : { incapable: "there is no such provider" };
    },
    // Only the inbox shows it; what is spent is counted by the buckets.
    ...(inbox &&
      spend && {
        cost: (name, country, segments) => costOf(spend, country, segments, providers[name]?.prices),
      }),
    // Not by route: a person's login and recovery come from the same vendor wherever the weights allow it.
    lot: (name, to) => keyed.fraction("share", name, to),
  };
}

/** What messages may take; in dev mode everything is counted and shown, and nothing enforced. */
export function createAllowanceRules({ mode, limits, spend, destinations, providers }: Configuration): AllowanceRules {
  return {
    limits,
    ...(spend && { spend }),
    pricesOf: (name) => providers[name]?.prices,
    exempt: destinations.exempt ?? [],
    enforce: mode === "live" && !limits.monitorOnly,
  };
}

/** In dev mode every alarm is told, and nothing stopped. */
export function createPumping(
  configuration: Configuration,
  { exempt, enforce }: AllowanceRules,
  clock: Clock,
  memory: PumpingMemory,
): PumpingWatch {
  const { pumping, redis } = configuration;
  const clientIp = { ...pumping.clientIp, ...(!clientIpHeaderOf(configuration) && { onAlarm: "off" as const }) };
  const replicas = redis?.replicas ?? 1;
  return createPumpingWatch({ options: { ...pumping, clientIp }, replicas, exempt, enforce, clock, memory });
}
