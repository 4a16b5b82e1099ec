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
  const claims = createMemoryClaims(clock, maxClaims);
  const windows = createMemoryWindows(maxWindows);
  const disabled = new Set<string>();
  const records = createMemoryRecords(clock, maxRecords);
  // What needs no waiting is no async function: each message comes here, and those cost more than what they do here.
  function admit(request: AdmitRequest): Admission {
    const { buckets, enforce } = request;
    // One moment for all: by it what is not used is given back.
    const nowMs = clock.monotonicMs();
    const taken = claims.look(request, nowMs);
    if (taken) return taken;
    const { full, fills } = windows.take(buckets, enforce, nowMs);
    if (full) return { state: "limited", dimension: full.dimension, fills };
    claims.grant(request, nowMs);
    return { state: "granted", disabled: [...disabled], fills };
  }

  return {
    admit: (request) => Promise.resolve(admit(request)),
    renew: claims.renew,
    settle(request) {
      const grantedAtMs = claims.settle(request);
      if (grantedAtMs !== undefined && request.giveBack) windows.giveBack(request.giveBack, grantedAtMs);
      if (request.record) records.keep(request.record);
      return Promise.resolve();
    },
    record: async (record) => records.keep(record),
    recordRepeat: records.recordRepeat,
    find: records.find,
    switch: async (provider, on) => void (on ? disabled.delete(provider) : disabled.add(provider)),
    switchedOff: async () => [...disabled],
    close: async () => claims.clear(),
  };
}
