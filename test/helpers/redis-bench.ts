import { Redis } from "ioredis";
import { createRedisStore } from "../../src/store/redis.ts";
import { createRedisClient } from "../../src/store/redis-client.ts";
import { redisOptions } from "../../src/store/redis-options.ts";
import type { Store } from "../../src/store/store.ts";

/** Stores that share one corner of a Redis, and its time. */
export interface RedisBench {
  /** One more replica's store. */
  store(): Store;
  keyPrefix: string;
  advance(ms: number): Promise<void>;
  wallMs(): number;
  /** A client without bounds, to look at what lies there. */
  look: Redis;
  close(): Promise<void>;
}

let corners = 0;

/** A corner of its own in which time stands still until the test moves it. */
export function redisBench(url: string, startMs = Date.UTC(2026, 10, 21, 12)): RedisBench {
  const keyPrefix = `test-${process.pid}-${++corners}`;
  const clockKey = `{${keyPrefix}}:clock`;
  const clockLua = `local function now_ms() return tonumber(redis.call('GET', '${clockKey}') or '${startMs}') end`;
  const look = new Redis(url);
  const stores: Store[] = [];
  let nowMs = startMs;
  return {
    keyPrefix,
    look,
    store() {
      const client = createRedisClient(redisOptions.parse({ type: "redis", url }));
      const store = createRedisStore(client, keyPrefix, { clockLua });
      stores.push(store);
      return store;
    },
    wallMs: () => nowMs,
    async advance(ms) {
      nowMs += ms;
      await look.set(clockKey, nowMs, "PX", 600_000);
    },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      look.disconnect();
    },
  };
}
