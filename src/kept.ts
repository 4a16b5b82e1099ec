import { composeInbox, type InboxSide } from "./compose-inbox.ts";
import type { Configuration } from "./config/configuration.ts";
import { fingerprint } from "./dispatch/claim.ts";
import type { Account } from "./dispatch/failover.ts";
import { createPumpingMemory, type PumpingMemory } from "./guard/pumping-watch.ts";
import type { ProviderEffects } from "./providers/provider.ts";
import { createTransport } from "./providers/transport.ts";
import type { Tell } from "./sms/event.ts";
import { type Listener, tellAll } from "./sms/listener.ts";
import { createMemoryStore } from "./store/memory.ts";
import type { Store } from "./store/store.ts";
import { createTimedStore } from "./store/timed.ts";
import { createLogListener } from "./telemetry/log.ts";
import type { LogSink } from "./telemetry/log-sink.ts";
import { createLogger } from "./telemetry/logger.ts";
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

/** What those that outlive a reload ask of whoever listens. */
export interface Surroundings {
  /** The configuration in force, and what works by it. */
  current(): { configuration: Configuration; accounts: ReadonlyMap<string, Account>; courier: Fetcher };
  /** False while draining. */
  isReady(): boolean;
  /** Reads the configuration anew; answers why it stays as it was, with nothing when it was applied. */
  reload(): Promise<string[]>;
}

/** Answers a request without a listener. */
export interface Fetcher {
  fetch(request: Request): Response | Promise<Response>;
}

/** What outlives every reload: all that remembers. */
export interface Kept extends InboxSide, Pick<Surroundings, "isReady" | "reload"> {
  effects: Effects;
  keyed: Keyed;
  store: Store;
  metrics: Metrics;
  pumping: PumpingMemory;
  providerEffects: ProviderEffects;
  /** Messages under way, whichever configuration they came under. */
  running: { count: number };
  /** Tells what belongs to no message. */
  tell: Tell;
  /** Makes a configuration's own wishes count for what is told of its messages. */
  tellUnder(configuration: Configuration): Tell;
  setLogLevel(level: Configuration["logLevel"]): void;
  close(): Promise<void>;
}

/** So many messages may be under way at once; far more than Kratos' own workers could ever post. */
export const MAX_RUNNING = 1_000;

/** Everything empty, for a gateway that starts with this configuration. */
export async function createKept(
  configuration: Configuration,
  effects: Effects,
  { current, isReady, reload }: Surroundings,
): Promise<Kept> {
  const { clock, random } = effects;
  const keyed = createKeyed(configuration.secret ?? new Secret(random.id() + random.id()));
  // A message has one request at a time, and one that waited for a connection would look like a vendor's failure.
  const transport = createTransport({ clock, ...effects.proxy, connectionsPerOrigin: MAX_RUNNING });
  const { inbox, simulation } = composeInbox(configuration, effects, {
    current,
    tagOf: (message) => fingerprint(keyed, message),
    tell: (event) => tell(event),
  });
  const { metrics, listeners, setLogLevel } = createTelemetry(configuration, effects, () => current().accounts);
  const tellUnder = (wishes: Configuration) => tellAll(listeners, ...(inbox ? [inbox.tellUnder(wishes)] : []));
  const tell = tellUnder(configuration);
  const store = await createStore(configuration, clock, tell);
  const pumping = createPumpingMemory(clock, tell);
  return {
    ...{ effects, keyed, store, metrics, pumping, tell, tellUnder, setLogLevel, isReady, reload },
    ...(inbox && { inbox }),
    ...(simulation && { simulation }),
    providerEffects: { transport, clock, ...simulation?.accounts },
    running: { count: 0 },
    close: async () => {
      pumping.alarms.close();
      await Promise.all([transport.close(), store.close()]);
    },
  };
}

/** Whoever listens in every mode. */
function createTelemetry(
  { logLevel, redis }: Configuration,
  { log, clock, eventLoopDelay }: Effects,
  accounts: () => ReadonlyMap<string, Account>,
): Pick<Kept, "metrics" | "setLogLevel"> & { listeners: Listener[] } {
  const logger = createLogger(logLevel, log, clock);
  const storeMode = redis ? "redis" : "memory";
  const providers = () => gaugesOf(accounts());
  const metrics = createMetrics({ providers, storeMode, droppedLines: log.dropped, eventLoopDelay });
  const toLog = [createLogListener(logger), createSpendAlarm(logger)];
  return { metrics, listeners: [...toLog, ...metrics.listeners, createTraceListener()], setLogLevel: logger.setLevel };
}

async function createStore({ redis }: Configuration, clock: Clock, tell: Tell): Promise<Store> {
  if (!redis) return createMemoryStore(clock);
  const { createSharedStore } = await import("./store/shared.ts");
  return createTimedStore(createSharedStore(redis, clock, tell), clock, tell);
}

function gaugesOf(accounts: ReadonlyMap<string, Account>) {
  return new Map([...accounts].map(([name, { gate }]) => [name, gate.status()]));
}
