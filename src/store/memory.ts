import type { Clock } from "../values/clock.ts";
import { createMemoryClaims } from "./memory-claims.ts";
import { createMemoryRecords } from "./memory-records.ts";
import { createMemoryWindows } from "./memory-windows.ts";
import type { Admission, AdmitRequest, Store } from "./store.ts";

/** How much a memory store keeps. */
export interface MemoryBounds {
  maxClaims?: number;
  maxRecords?: number;
  maxWindows?: number;
}

/** A store in this process's memory. */
export function createMemoryStore(clock: Clock, bounds: MemoryBounds = {}): Store {
  const { maxClaims = 100_000, maxRecords = 10_000, maxWindows = 200_000 } = bounds;
  const claims = createMemoryClaims(maxClaims);
  const windows = createMemoryWindows(maxWindows);
  const disabled = new Set<string>();
  const records = createMemoryRecords(maxRecords);
  // An engine keeps a small integer where it belongs, and a fraction in a place of its own.
  const wholeMs = () => Math.trunc(clock.monotonicMs());

  // What needs no waiting is no async function: each message comes here, and those cost more than what they do here.
  function admit(request: AdmitRequest): Admission {
    const { buckets, enforce } = request;
    // One moment for all: by it what is not used is given back.
    const nowMs = wholeMs();
    const taken = claims.look(request, nowMs);
    if (taken) return taken;
    const { full, fills } = windows.take(buckets, enforce, nowMs);
    if (full) return { state: "limited", dimension: full.dimension, fills };
    claims.grant(request, nowMs);
    return { state: "granted", disabled: [...disabled], fills };
  }

  return {
    admit: (request) => Promise.resolve(admit(request)),
    renew: async (request) => claims.renew(request, wholeMs()),
    settle(request) {
      const nowMs = wholeMs();
      const grantedAtMs = claims.settle(request, nowMs);
      if (grantedAtMs !== undefined && request.giveBack) windows.giveBack(request.giveBack, grantedAtMs);
      if (request.record) records.keep(request.record, nowMs);
      return Promise.resolve();
    },
    record: async (record) => records.keep(record, wholeMs()),
    recordRepeat: async (id) => records.countRepeat(id),
    find: async (which) => records.find(which, wholeMs()),
    switch: async (provider, on) => void (on ? disabled.delete(provider) : disabled.add(provider)),
    switchedOff: async () => [...disabled],
    close: async () => claims.clear(),
  };
}
