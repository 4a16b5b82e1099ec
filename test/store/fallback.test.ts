import { describe, expect, it } from "vitest";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { createFallbackStore } from "../../src/store/fallback.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { type Bucket, type Store, writeRecord } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";
import { createVirtualClock, type VirtualClock } from "../helpers/virtual-clock.ts";

type Mode = "well" | "broken" | "hung";

/** A store that can be broken and hung. */
function fragile(store: Store, mode: Mode) {
  const state = { mode, calls: [] as string[] };
  const wrap =
    (name: keyof Store) =>
    (...args: unknown[]): Promise<unknown> => {
      state.calls.push(name);
      if (state.mode === "hung") return new Promise(() => {});
      if (state.mode === "broken")
        return Promise.reject(new Error("READONLY You can't write against a read only replica."));
      return (store[name] as (...args: unknown[]) => Promise<unknown>)(...args);
    };
  const names = Object.keys(store) as (keyof Store)[];
  return {
    state,
    inner: store,
    store: Object.fromEntries(names.map((name) => [name, wrap(name)])) as unknown as Store,
  };
}

interface BenchOptions {
  clock?: VirtualClock;
  inner?: Store;
  replicas?: number;
  mode?: Mode;
}

function bench({ clock = createVirtualClock(), inner, replicas = 2, mode = "well" }: BenchOptions = {}) {
  const events: GatewayEvent[] = [];
  const shared = fragile(inner ?? createMemoryStore(clock), mode);
  const own = createMemoryStore(clock);
  const tell = (event: GatewayEvent) => void events.push(event);
  const store = createFallbackStore({ shared: shared.store, own, replicas, clock, tell });
  return { store, shared: shared.state, inner: shared.inner, clock, events };
}

/** Waits for the answer while the clock goes on. */
async function after<T>(clock: VirtualClock, ms: number, answer: Promise<T>): Promise<T> {
  await clock.advance(ms);
  return answer;
}

describeStore("the store with a fallback", async () => {
  const { store, clock } = bench();
  return { store, ...clock };
});

describeStore("the store with a fallback, alone from the start", async () => {
  const { store, clock } = bench({ replicas: 1, mode: "broken" });
  return { store, ...clock };
});

const bucket = (max: number): Bucket => ({ dimension: "number", key: "k", max, perMs: 60_000, cost: 1 });
let messages = 0;
const ask = (fingerprint = `m${++messages}`, buckets: Bucket[] = []) => ({
  ...{ fingerprint, owner: `msg_${++messages}` as const, leaseMs: 3_000, buckets, enforce: true },
});
const sent = (owner: `msg_${string}`) => ({ outcome: "sent", messageId: owner }) as const;
const record = (id: `msg_${string}`, receivedAt: number) =>
  writeRecord({
    ...{ id, tag: "t", maskedTo: "**23", country: "DE", template: "x", receivedAt, outcome: "sent" },
    ...{ attempts: [], durationMs: 1, repeats: 0 },
  });

describe("when the shared store is away", () => {
  it("answers after 200 ms, and from then on at once, with this replica's share of the limit", async () => {
    const { store, shared, clock } = bench();
    await clock.advance(0);
    shared.mode = "hung";
    const first = store.admit(ask(undefined, [bucket(5)]));
    let isAnswered = false;
    void first.then(() => {
      isAnswered = true;
    });
    await clock.advance(199);
    expect(isAnswered).toBe(false);
    await clock.advance(1);
    expect(await first).toMatchObject({ state: "granted", fills: [0.5] });
    expect((await store.admit(ask(undefined, [bucket(5)]))).state).toBe("granted");
    expect((await store.admit(ask(undefined, [bucket(5)]))).state).toBe("limited");
    expect((await store.admit(ask(undefined, [{ ...bucket(1), key: "small" }]))).state).toBe("granted");
  });

  it("counts what this replica sent before", async () => {
    const { store, shared, clock } = bench();
    await clock.advance(0);
    for (let index = 0; index < 3; index++) await store.admit(ask(undefined, [bucket(5)]));
    shared.mode = "broken";
    expect((await store.admit(ask(undefined, [bucket(5)]))).state).toBe("limited");
  });

  it("tells it once, asks again once a second, and tells once that it is back", async () => {
    const { store, shared, clock, events } = bench();
    await clock.advance(0);
    shared.mode = "broken";
    for (let index = 0; index < 5; index++) await store.admit(ask());
    expect(events).toEqual([{ type: "store", degraded: true, reason: "READONLY" }]);
    shared.calls.length = 0;
    await clock.advance(5_000);
    expect(shared.calls).toEqual(Array.from({ length: 5 }, () => "admit"));
    shared.mode = "well";
    await clock.advance(1_000);
    expect(events.slice(1)).toEqual([{ type: "store", degraded: false }]);
    shared.calls.length = 0;
    await store.admit(ask());
    expect(shared.calls).toEqual(["admit"]);
  });

  it("is told at the start already, with two seconds for the first connection", async () => {
    const { clock, events } = bench({ mode: "hung" });
    await clock.advance(1_999);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toEqual([{ type: "store", degraded: true, reason: "no answer in time" }]);
  });

  it("answers repetitions of what was sent before, meanwhile and after with the first result", async () => {
    const { store, shared, clock } = bench();
    await clock.advance(0);
    const [before, meanwhile] = [ask("before"), ask("meanwhile")];
    const settle = ({ fingerprint, owner }: typeof before) =>
      store.settle({ fingerprint, owner, result: sent(owner), keepMs: 600_000 });
    await store.admit(before);
    await settle(before);
    shared.mode = "broken";
    await store.admit(meanwhile);
    await settle(meanwhile);
    expect(await store.admit(ask("before"))).toEqual({ state: "settled", result: sent(before.owner) });
    expect(await store.admit(ask("meanwhile"))).toEqual({ state: "settled", result: sent(meanwhile.owner) });
    shared.mode = "well";
    await clock.advance(1_000);
    expect(await store.admit(ask("before"))).toEqual({ state: "settled", result: sent(before.owner) });
    expect(await store.admit(ask("meanwhile"))).toEqual({ state: "settled", result: sent(meanwhile.owner) });
  });

  it("keeps a claim whose end the shared store missed", async () => {
    const { store, shared, clock } = bench();
    await clock.advance(0);
    const claim = ask("f");
    await store.admit(claim);
    shared.mode = "hung";
    await store.settle({ fingerprint: "f", owner: claim.owner, result: sent(claim.owner), keepMs: 600_000 });
    await clock.advance(200);
    shared.mode = "well";
    await clock.advance(10_000);
    expect((await store.admit(ask("f"))).state).toBe("settled");
  });

  it("shows what was recorded meanwhile together with the rest", async () => {
    const { store, shared, clock } = bench();
    await clock.advance(0);
    await store.record(record("msg_1", clock.wallMs() + 1));
    shared.mode = "broken";
    await store.record(record("msg_2", clock.wallMs() + 2));
    expect((await store.find({ tag: "t" })).map(({ id }) => id)).toEqual(["msg_2", "msg_1"]);
    shared.mode = "well";
    await clock.advance(1_000);
    await store.record(record("msg_3", clock.wallMs() + 3));
    expect((await store.find({ tag: "t" })).map(({ id }) => id)).toEqual(["msg_3", "msg_2", "msg_1"]);
  });

  it("leaves what is switched off so, and tells the shared store what was switched meanwhile", async () => {
    const { store, shared, inner, clock } = bench();
    await clock.advance(0);
    await store.switch("p", false);
    shared.mode = "broken";
    await store.switch("q", false);
    expect(await store.admit(ask())).toMatchObject({ disabled: ["p", "q"] });
    await store.switch("p", true);
    expect(await store.admit(ask())).toMatchObject({ disabled: ["q"] });
    shared.mode = "well";
    await clock.advance(1_000);
    expect(await inner.switchedOff()).toEqual(["q"]);
    expect(await store.admit(ask())).toMatchObject({ disabled: ["q"] });
    await inner.switch("q", true); // another replica
    await store.switch("r", false);
    expect(await inner.switchedOff()).toEqual(["r"]);
  });

  it.each<[string, atClaim: Mode, atEnd: Mode]>([
    ["was sent meanwhile", "broken", "broken"],
    ["ended meanwhile", "well", "broken"],
    ["began meanwhile", "broken", "well"],
  ])(
    "answers the repetition of what %s with its result, also when its number is at the limit",
    async (_, atClaim, atEnd) => {
      const { store, shared, inner, clock } = bench();
      await clock.advance(0);
      const claim = ask("f", [bucket(5)]);
      shared.mode = atClaim;
      await store.admit(claim);
      shared.mode = atEnd;
      await clock.advance(1_000);
      await store.settle({ fingerprint: "f", owner: claim.owner, result: sent(claim.owner), keepMs: 600_000 });
      shared.mode = "well";
      await clock.advance(5_000);
      for (let index = 0; index < 5; index++) await inner.admit(ask(undefined, [bucket(5)]));
      expect(await store.admit(ask("f", [bucket(5)]))).toEqual({ state: "settled", result: sent(claim.owner) });
    },
  );

  it("settles in the shared store what that granted too late to be heard", async () => {
    const { store, shared, inner, clock } = bench();
    await clock.advance(0);
    const claim = ask("f");
    await inner.admit(claim);
    shared.mode = "hung";
    const admission = store.admit(claim);
    await clock.advance(200);
    expect((await admission).state).toBe("granted");
    shared.mode = "well";
    await clock.advance(1_000);
    await store.settle({ fingerprint: "f", owner: claim.owner, result: sent(claim.owner), keepMs: 600_000 });
    expect((await inner.admit(ask("f"))).state).toBe("settled");
  });
});

describe("a message", () => {
  it("waits for one answer of the shared store; how it ended is told in the background", async () => {
    const { store, shared, clock } = bench();
    await clock.advance(0);
    shared.calls.length = 0;
    const claim = ask("f", [bucket(5)]);
    await store.admit(claim);
    expect(shared.calls).toEqual(["admit"]);
    shared.mode = "hung";
    await store.renew(claim);
    await store.settle({ fingerprint: "f", owner: claim.owner, result: sent(claim.owner), keepMs: 600_000 });
    await store.record(record(claim.owner, clock.wallMs()));
    await store.recordRepeat(claim.owner);
    expect(shared.calls.slice(1)).toEqual(["renew", "settle", "record", "recordRepeat"]);
  });
});

describe("when the shared store was emptied", () => {
  it("does not send again what this replica has sent", async () => {
    const clock = createVirtualClock();
    let current = createMemoryStore(clock);
    const names = Object.keys(current) as (keyof Store)[];
    const replaceable = Object.fromEntries(
      names.map((name) => [name, (...args: never[]) => (current[name] as (...args: never[]) => unknown)(...args)]),
    ) as unknown as Store;
    const { store } = bench({ clock, inner: replaceable });
    await clock.advance(0);
    const claim = ask("f", [bucket(5)]);
    await store.admit(claim);
    await store.settle({ fingerprint: "f", owner: claim.owner, result: sent(claim.owner), keepMs: 600_000 });
    current = createMemoryStore(clock);
    expect(await store.admit(ask("f", [bucket(5)]))).toEqual({ state: "settled", result: sent(claim.owner) });
    expect(await store.admit(ask(undefined, [bucket(5)]))).toMatchObject({ fills: [0.2] });
  });
});

describe("the end", () => {
  it("waits for what the shared store has not heard yet", async () => {
    const { store, shared, clock } = bench();
    await clock.advance(0);
    shared.mode = "hung";
    await store.record(record("msg_1", clock.wallMs() + 1));
    let isClosed = false;
    const closed = store.close().then(() => {
      isClosed = true;
    });
    await clock.advance(199);
    expect(isClosed).toBe(false);
    shared.mode = "well";
    await after(clock, 1, closed);
    expect(clock.sleepers()).toBe(0);
  });
});
