import type { FailoverOptions } from "../dispatch/failover.ts";
import type { DestinationPolicy } from "../guard/destinations.ts";
import type { LimitOptions } from "../guard/limits.ts";
import type { PumpingOptions } from "../guard/pumping.ts";
import type { SpendOptions } from "../guard/spend.ts";
import type { ProviderOptions } from "../providers/registry.ts";
import type { Route } from "../routing/match.ts";
import type { RedisOptions } from "../store/redis-options.ts";
import type { Catalog } from "../templates/catalog.ts";
import type { Secret } from "../values/secret.ts";

/** Where a listener opens. */
export interface Listener {
  host: string;
  port: number;
}

/** `dev`: captured by the inbox, nothing leaves; `live`: sent. */
export type Mode = "dev" | "live";

/** One gateway's configuration, complete and checked. */
export interface Configuration {
  mode: Mode;
  /** Where it came from, for the banner: a file's name or `the environment`. */
  source: string;
  /** Absent when a random one per process will do. */
  secret?: Secret;
  listen: Listener;
  ops: Listener;
  /** Absent in live mode unless asked for. */
  inbox?: Listener & { token?: Secret; allowedHosts: string[] };
  /** None: anybody who reaches the listener may post; dev mode only. */
  apiKeys: { id: string; secret: Secret }[];
  /** None: the admin API is open on loopback in dev mode, and absent in live mode. */
  adminKeys: { id: string; secret: Secret }[];
  providers: Record<string, ProviderOptions>;
  routes: Route[];
  destinations: DestinationPolicy;
  limits: LimitOptions;
  /** Absent when nothing is capped. */
  spend?: SpendOptions;
  /** When traffic looks like somebody pumping messages. */
  pumping: PumpingOptions;
  failover: FailoverOptions;
  catalog: Catalog;
  /** Absent when everything is kept in this process's memory, as always in dev mode. */
  redis?: RedisOptions;
  /** How long a gateway that is told to end still serves, so that whoever balances load can notice. */
  drainDelayMs: number;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** The URL at which this machine reaches a listener that may be bound to every address. */
export function reachableUrl({ host, port }: Listener): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
