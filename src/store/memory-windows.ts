import { createExpiry, Expiring } from "./expiry.ts";
import type { Bucket } from "./store.ts";

/** Up to this many a window keeps each moment; above, it counts in this many slots. */
const EXACT = 16;

/** How long a slot of this bucket's window is; 0 where each moment is kept. */
export function slotLengthMs({ max, perMs }: Pick<Bucket, "max" | "perMs">): number {
  return max <= EXACT ? 0 : perMs / EXACT;
}

/** What was taken within one stretch of time, before it what was taken earlier. */
class Slot {
  atMs: number;
  taken: number;
  older: Slot | undefined;

  constructor(atMs: number, taken: number, older: Slot | undefined) {
    this.atMs = atMs;
    this.taken = taken;
    this.older = older;
  }
}

/**
 * What was taken of one bucket's key within its time. It is its newest slot itself, since most numbers get one message: each
 * object that lives on is moved twice by the collector and looked at again and again.
 */
class Window extends Expiring implements Slot {
  atMs: number;
  taken: number;
  older: Slot | undefined = undefined;

  constructor(home: Windows, key: string, atMs: number, taken: number) {
    super(home, key);
    this.atMs = atMs;
    this.taken = taken;
  }
}

/** Windows by the keys of their buckets. */
type Windows = Map<string, Window>;

/** Which bucket had no room, so that nothing was taken; and how full each is afterwards, 1 for full. */
export interface Taken {
  full: Bucket | undefined;
  fills: number[];
}

/** The windows of a memory store. */
export interface MemoryWindows {
  /** Takes from all of them, or from none when one has no room; when not enforced, from all in any case. */
  take(buckets: readonly Bucket[], enforce: boolean, nowMs: number): Taken;
  /** Gives each bucket's cost back that was taken at `atMs`. */
  giveBack(buckets: readonly Bucket[], atMs: number): void;
}

/** Windows in this process's memory, at most `maxKeys`: beyond, of the dimension that has most the one that ends first goes. */
export function createMemoryWindows(maxKeys: number): MemoryWindows {
  const expiry = createExpiry(maxKeys);
  const limits: { dimension: string; perMs: number; windows: Windows }[] = [];

  /** A map for each limit spares a text for each key, which is the same for several of them. */
  function windowsLike({ dimension, perMs }: Bucket): Windows {
    for (const limit of limits) if (limit.perMs === perMs && limit.dimension === dimension) return limit.windows;
    const windows: Windows = new Map();
    limits.push({ dimension, perMs, windows });
    return windows;
  }

  function find(bucket: Bucket): Window | undefined {
    return windowsLike(bucket).get(bucket.key);
  }

  /** `found` is missing for a window that is new, but perhaps made by another bucket of the same message meanwhile. */
  function put(bucket: Bucket, found: Window | undefined, nowMs: number): void {
    const atMs = slotMs(bucket, nowMs);
    const known = found ?? find(bucket);
    if (known) addTo(known, atMs, bucket.cost);
    const window = known ?? new Window(windowsLike(bucket), bucket.key, atMs, bucket.cost);
    expiry.put(window, { kind: bucket.dimension, lifeMs: bucket.perMs + slotLengthMs(bucket) }, nowMs);
  }

  return {
    take(buckets, enforce, nowMs) {
      const found = buckets.map(find);
      const taken = buckets.map((bucket, index) => takenOf(bucket, found[index], nowMs));
      const full = enforce ? buckets.find(({ cost, max }, index) => (taken[index] ?? 0) + cost > max) : undefined;
      if (!full) {
        for (const [index, bucket] of buckets.entries()) put(bucket, found[index], nowMs);
        expiry.forget(nowMs);
      }
      const fills = buckets.map(({ cost, max }, index) => ((taken[index] ?? 0) + (full ? 0 : cost)) / max);
      return { full, fills };
    },
    giveBack(buckets, takenAtMs) {
      for (const bucket of buckets) giveBackTo(find(bucket), slotMs(bucket, takenAtMs), bucket.cost);
    },
  };
}

/** What was taken of a bucket within its time; what was taken before is let go. */
function takenOf(bucket: Bucket, window: Window | undefined, nowMs: number): number {
  let sum = 0;
  for (let slot: Slot | undefined = window; slot; slot = slot.older) {
    if (!isInside(bucket, slot, nowMs)) {
      slot.taken = 0;
      slot.older = undefined;
    }
    sum += slot.taken;
  }
  return sum;
}

/** A slot that began before the newest one, as only another bucket of the same key has it, counts as long as that one. */
function addTo(window: Window, atMs: number, cost: number): void {
  if (atMs <= window.atMs) {
    window.taken += cost;
    return;
  }
  if (window.taken > 0) window.older = new Slot(window.atMs, window.taken, window.older);
  window.atMs = atMs;
  window.taken = cost;
}

function giveBackTo(window: Window | undefined, atMs: number, cost: number): void {
  let newer: Slot | undefined;
  for (let slot: Slot | undefined = window; slot; slot = slot.older) {
    if (slot.atMs === atMs) {
      slot.taken = Math.max(0, slot.taken - cost);
      if (slot.taken === 0 && newer) newer.older = slot.older;
      return;
    }
    newer = slot;
  }
}

/** Moments of a small window as they are; in a large one the start of their slot. */
function slotMs(bucket: Bucket, atMs: number): number {
  const lengthMs = slotLengthMs(bucket);
  return lengthMs > 0 ? Math.floor(atMs / lengthMs) * lengthMs : atMs;
}

/** A slot counts whole as long as any part of it lies in the window. */
function isInside(bucket: Bucket, slot: Slot, nowMs: number): boolean {
  return slot.atMs + slotLengthMs(bucket) > nowMs - bucket.perMs;
}
