import type { Tell } from "../sms/event.ts";
import type { Clock } from "../values/clock.ts";
import { createFallbackStore } from "./fallback.ts";
import { createMemoryStore } from "./memory.ts";
import { createRedisStore } from "./redis.ts";
import { adviseOn } from "./redis-advice.ts";
import { createRedisClient } from "./redis-client.ts";
import type { RedisOptions } from "./redis-options.ts";
import type { Store } from "./store.ts";

/** A store that all replicas share through Redis or Valkey, and that goes on alone while it is away; connects at once. */
export function createSharedStore(options: RedisOptions, clock: Clock, tell: Tell): Store {
  const client = createRedisClient(options);
  adviseOn(client, tell);
  const shared = createRedisStore(client, options.keyPrefix, {
    isReplicated: options.claimDurability === "replicated",
  });
  return createFallbackStore({ shared, own: createMemoryStore(clock), replicas: options.replicas, clock, tell });
}
