import { afterEach, describe, expect, it } from "vitest";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { redisOptions } from "../../src/store/redis-options.ts";
import { createSharedStore } from "../../src/store/shared.ts";
import type { Store } from "../../src/store/store.ts";
import { systemClock } from "../../src/values/clock.ts";
import { startRedisCluster, untilReplicated } from "../helpers/redis-cluster.ts";
import type { RedisServer } from "../helpers/redis-server.ts";
import { longTitle, unlessLong } from "./totals.ts";

/** What the store may take on top of its 200 ms on a machine that is busy with other tests. */
const SLACK_MS = 250;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function replica(servers: RedisServer[]) {
  const events: GatewayEvent[] = [];
  const options = redisOptions.parse({ type: "redis", cluster: servers.map(({ port }) => `127.0.0.1:${port}`) });
  const store = createSharedStore(options, systemClock, (event) => void events.push(event));
  ends.push(() => store.close());
  return { store, events };
}

async function admit(store: Store, fingerprint: string): Promise<string> {
  const claim = { fingerprint, owner: "msg_1", leaseMs: 120_000 } as const;
  return (await store.admit({ ...claim, buckets: [], enforce: true })).state;
}

describe.skipIf(unlessLong)(`a cluster${longTitle}`, () => {
  it("whose owner of the keys is killed stops nobody, and is used again when a replica has taken over", async () => {
    const { masters, replicas, ownerOf, stop } = await startRedisCluster(3, true);
    ends.push(stop);
    const one = replica(masters);
    expect(await admit(one.store, "before")).toBe("granted");
    expect(one.events).toEqual([]);
    const owner = await ownerOf("{kratos-sms-gateway}");
    await untilReplicated(owner);
    await owner.kill();

    const startedMs = performance.now();
    expect(await admit(one.store, "meanwhile")).toBe("granted");
    expect(performance.now() - startedMs).toBeLessThan(200 + SLACK_MS);
    expect(one.events).toMatchObject([{ type: "store", degraded: true }]);
    expect(await admit(one.store, "meanwhile")).toBe("in-flight");

    await expect.poll(() => one.events.at(-1), { timeout: 30_000 }).toMatchObject({ degraded: false });
    const heir = await ownerOf("{kratos-sms-gateway}");
    expect(replicas).toContain(heir);
    const other = replica([heir]);
    expect(await admit(other.store, "before")).toBe("in-flight");
    expect(other.events).toEqual([]);
  }, 90_000);
});
