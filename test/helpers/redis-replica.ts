import type { GatewayEvent } from "../../src/sms/event.ts";
import { redisOptions } from "../../src/store/redis-options.ts";
import { createSharedStore } from "../../src/store/shared.ts";
import type { Store } from "../../src/store/store.ts";
import { systemClock } from "../../src/values/clock.ts";

/** The store of one replica as a gateway makes it, with what it told. */
export interface RedisReplica {
  store: Store;
  events: GatewayEvent[];
}

/** One replica over the Redis that `options` name as the configuration does; whoever starts it closes it. */
export function redisReplica(options: object): RedisReplica {
  const events: GatewayEvent[] = [];
  const tell = (event: GatewayEvent) => void events.push(event);
  return { store: createSharedStore(redisOptions.parse({ type: "redis", ...options }), systemClock, tell), events };
}
