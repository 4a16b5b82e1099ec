import { describe, expect, it } from "vitest";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { createTimedStore } from "../../src/store/timed.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

/** A timed store over one that needs 30 ms to say what is switched off, and then may fail. */
function bench(fails = false) {
  const clock = createVirtualClock();
  const events: GatewayEvent[] = [];
  const slow: Store = {
    ...createMemoryStore(clock),
    async switchedOff() {
      await clock.sleep(30);
      if (fails) throw new Error("away");
      return ["a"];
    },
  };
  return { clock, events, store: createTimedStore(slow, clock, (event) => void events.push(event)) };
}

describe("a timed store", () => {
  it("answers as the store in it does, and tells how long that took", async () => {
    const { clock, events, store } = bench();
    const asked = store.switchedOff();
    await clock.advance(30);
    expect(await asked).toEqual(["a"]);
    expect(events).toEqual([{ type: "stored", operation: "switched-off", durationMs: 30 }]);
  });

  it("tells it also of an operation that failed", async () => {
    const { clock, events, store } = bench(true);
    const asked = expect(store.switchedOff()).rejects.toThrow("away");
    await clock.advance(30);
    await asked;
    expect(events).toEqual([{ type: "stored", operation: "switched-off", durationMs: 30 }]);
  });
});
