import type { Hono } from "hono";
import { composeInbox } from "./compose-inbox.ts";
import type { Configuration } from "./config/configuration.ts";
import type { AllowanceRules } from "./dispatch/allowance.ts";
import { fingerprint } from "./dispatch/claim.ts";
import type { Rules } from "./dispatch/decide.ts";
import { createDispatch } from "./dispatch/dispatch.ts";
import type { Account } from "./dispatch/failover.ts";
import { createGate, type GateEffects, type GateStatus } from "./dispatch/gate.ts";
import { createPumpingWatch, type PumpingWatch } from "./guard/pumping-watch.ts";
import { costOf } from "./guard/spend.ts";
import { type AdminParts, createAdminApp } from "./http/admin.ts";
import { type ApiKey, type Authenticate, createAuthenticate } from "./http/auth.ts";
import { createCourierApp } from "./http/courier.ts";
import { createOpsApp } from "./http/ops.ts";
import type { ProviderEffects } from "./providers/provider.ts";
import { createProvider, inboxAccount, planFor } from "./providers/registry.ts";
import { createTransport } from "./providers/transport.ts";
import type { Tell } from "./sms/event.ts";
import { createMemoryStore } from "./store/memory.ts";
import type { Store } from "./store/store.ts";
import { createTimedStore } from "./store/timed.ts";
import { createLogger, createLogListener } from "./telemetry/log.ts";
import type { LogSink } from "./telemetry/log-sink.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";
import { createSpendAlarm } from "./telemetry/spend-alarm.ts";
import { createTraceListener } from "./telemetry/trace.ts";
import type { Clock } from "./values/clock.ts";
import type { EventLoopDelay } from "./values/event-loop.ts";
import { createKeyed, type Keyed } from "./values/keyed.ts";
import type { Random } from "./values/random.ts";
import { Secret } from "./values/secret.ts";

/** What a gateway may do to the world. */
export interface Effects {
  clock: Clock;
  random: Random;
  log: Pick<LogSink, "write" | "dropped">;
  /** Absent when nobody measures it. */
  eventLoopDelay?: EventLoopDelay;
  /** `HTTPS_PROXY` and `NO_PROXY`. */
  proxy: { proxyUrl?: string; noProxy?: string };
}

/** A gateway's three faces, none of them listening yet. */
export interface Gateway {
  courier: Hono;
  ops: Hono;
  inbox?: Hono;
  tell: Tell;
  /** Ends what would wait for ever: open pages and tests that await a code. */
  release(): void;
  close(): Promise<void>;
}

/** Why a gateway cannot start, in a sentence for the operator. */
export class StartError extends Error {}

/** So many messages may be under way at once; far more than Kratos' own workers could ever post. */
const MAX_RUNNING = 1_000;

/** Builds a gateway from its configuration; opens no listener. Throws StartError for an account that cannot work. */
export async function compose(
  configuration: Configuration,
  effects: Effects,
  isReady: () => boolean,
): Promise<Gateway> {
  const { clock, random } = effects;
  const keyed = createKeyed(configuration.secret ?? new Secret(random.id() + random.id()));
  const transport = createTransport({ clock, ...effects.proxy, connectionsPerOrigin: mostRequests(configuration) });
  const { inbox, simulation } = composeInbox(configuration, effects, {
    fetchCourier: async (request) => courier.fetch(request),
    tagOf: (message) => fingerprint(keyed, message),
    tell: (event) => tell(event),
  });
  const { metrics, listeners } = createTelemetry(configuration, effects, keyed, () => providerGauges(accounts));
  const tell = fanOut(inbox ? [...listeners, inbox.tell] : listeners);
  const providerEffects = { transport, clock, ...simulation?.accounts };
  const accounts = await createAccounts(configuration, providerEffects, { clock, random, tell });
  const store = createTimedStore(await createStore(configuration, clock, tell), clock, tell);
  const rules = createRules(configuration);
  const allowance = createAllowanceRules(configuration);
  const pumping = createPumping(configuration, allowance, clock, tell);
  const dispatch = createDispatch({
    ...{ accounts, rules, allowance, pumping, store, keyed, clock, random, tell },
    failover: configuration.failover,
    maxRunning: MAX_RUNNING,
    ...simulation?.dispatch,
  });
  const { apiKeys, adminKeys, mode } = configuration;
  const ops = createOpsApp({ isReady, metrics: metrics.render });
  ops.route("/admin", createAdminApp({ ...guardOf(adminKeys, mode), accounts, store, keyed, pumping }));
  const courier = createCourierApp({
    ...{ dispatch, clock, random, tell },
    ...authenticateBy(apiKeys),
    ...limitAnswers(configuration),
    ...simulation?.courier,
  });
  return {
    courier,
    ops,
    ...(inbox && { inbox: inbox.app }),
    tell,
    release: () => inbox?.release(),
    close: async () => {
      pumping.close();
      for (const { provider } of accounts.values()) provider.close?.();
      await Promise.all([transport.close(), store.close()]);
    },
  };
}

/** Whoever listens in every mode. */
function createTelemetry(
  { logLevel, redis }: Configuration,
  { log, eventLoopDelay }: Effects,
  keyed: Keyed,
  providers: () => Map<string, GateStatus>,
): { metrics: Metrics; listeners: Tell[] } {
  const logger = createLogger(logLevel, log);
  const storeMode = redis ? "redis" : "memory";
  const metrics = createMetrics({ providers, storeMode, droppedLines: log.dropped, eventLoopDelay });
  const toLog = [createLogListener(logger, keyed), createSpendAlarm(logger)];
  return { metrics, listeners: [...toLog, metrics.tell, createTraceListener()] };
}

async function createStore({ redis }: Configuration, clock: Clock, tell: Tell): Promise<Store> {
  if (!redis) return createMemoryStore(clock);
  const { createSharedStore } = await import("./store/shared.ts");
  return createSharedStore(redis, clock, tell);
}

function limitAnswers(configuration: Configuration) {
  const clientIpHeader = clientIpHeaderOf(configuration);
  return { rejectLimited: configuration.limits.onLimit === "reject", ...(clientIpHeader && { clientIpHeader }) };
}

/** Limits and alarms read the same one. */
function clientIpHeaderOf({ limits, pumping }: Configuration): string | undefined {
  return limits.perClientIp?.header ?? pumping.clientIp.header;
}

/** As many as all accounts may have under way: a request that waited for a connection would look like a vendor's failure. */
function mostRequests({ providers }: Configuration): number {
  const sum = Object.values(providers).reduce((requests, { maxInFlight }) => requests + maxInFlight, 0);
  return Math.max(1, sum);
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

function providerGauges(accounts: ReadonlyMap<string, Account>): Map<string, GateStatus> {
  return new Map([...accounts].map(([name, { gate }]) => [name, gate.status()]));
}

/** What decisions are made from, also without a gateway: `explain` decides by the same rules. */
export function createRules({ destinations, routes, catalog, providers, spend }: Configuration): Rules {
  return {
    destinations,
    routes,
    catalog,
    plan: (name, sms) => {
      const options = providers[name];
      return options ? planFor(options, sms) : { incapable: "there is no such provider" };
    },
    cost: (name, country, segments) => spend && costOf(spend, country, segments, providers[name]?.prices),
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
  tell: Tell,
): PumpingWatch {
  const { pumping, redis } = configuration;
  const clientIp = { ...pumping.clientIp, ...(!clientIpHeaderOf(configuration) && { onAlarm: "off" as const }) };
  const replicas = redis?.replicas ?? 1;
  return createPumpingWatch({ options: { ...pumping, clientIp }, replicas, exempt, enforce, clock, tell });
}

/** One account each; in dev mode every vendor's place is taken by an inbox of that name, so that nothing can leave. */
async function createAccounts(
  { mode, providers }: Configuration,
  providerEffects: ProviderEffects,
  gateEffects: GateEffects,
): Promise<Map<string, Account>> {
  const accounts = Object.entries(providers).map(async ([name, options]) => {
    const chosen = mode === "dev" ? inboxAccount() : options;
    const provider = await createProvider(name, chosen, providerEffects).catch((error: Error) => {
      throw new StartError(`provider ${name}: ${error.message}`);
    });
    return [name, { provider, gate: createGate(name, options.maxInFlight, gateEffects) }] as const;
  });
  return new Map(await Promise.all(accounts));
}

function fanOut(listeners: Tell[]): Tell {
  return (event) => {
    for (const listener of listeners) listener(event);
  };
}
