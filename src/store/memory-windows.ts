import { createExpiringMap, Expiring } from "./expiring-map.ts";
import type { Bucket } from "./store.ts";

/** Up to this many a window keeps each moment; above, it counts in this many slots. */
const EXACT = 16;

/** How long a slot of this bucket's window is; 0 where each moment is kept. */
export function slotLengthMs({ max, perMs }: Pick<Bucket, "max" | "perMs">): number {
  return max <= EXACT ? 0 : perMs / EXACT;
}

/** What was taken within one stretch of time. */
interface Slot {
  atMs: number;
  taken: number;
}

/** What was taken of one bucket's key within its time, the oldest slot first. */
class Window extends Expiring {
  readonly slots: Slot[];

  constructor(key: string, first: Slot) {
    super(key);
    // Most numbers get one message: a list made with it takes no room for others.
    this.slots = [first];
  }
}

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
  const windows = createExpiringMap<Window>(maxKeys);

  /** The window of a bucket, without what has ended. */
  function current(bucket: Bucket, nowMs: number): Window | undefined {
    const window = windows.get(bucket.key);
    if (!window) return undefined;
    const { slots } = window;
    let ended = 0;
    for (let slot = slots[ended]; slot && !isInside(bucket, slot, nowMs); slot = slots[ended]) ended += 1;
    if (ended > 0) slots.splice(0, ended);
    return window;
  }

  /** `found` is missing for a window that is new, but perhaps made by another bucket of the same message meanwhile. */
  function put(bucket: Bucket, found: Window | undefined, nowMs: number): void {
    const slot = { atMs: slotMs(bucket, nowMs), taken: bucket.cost };
    const known = found ?? windows.get(bucket.key);
    if (known) addTo(known.slots, slot);
    const window = known ?? new Window(bucket.key, slot);
    windows.put(window, { kind: bucket.dimension, lifeMs: bucket.perMs + slotLengthMs(bucket) }, nowMs);
  }

  return {
    take(buckets, enforce, nowMs) {
      const found = buckets.map((bucket) => current(bucket, nowMs));
      const taken = found.map((window) => (window ? sumOf(window.slots) : 0));
      const full = enforce ? buckets.find(({ cost, max }, index) => (taken[index] ?? 0) + cost > max) : undefined;
      if (!full) {
        for (const [index, bucket] of buckets.entries()) put(bucket, found[index], nowMs);
        windows.forget(nowMs);
      }
      const fills = buckets.map(({ cost, max }, index) => ((taken[index] ?? 0) + (full ? 0 : cost)) / max);
      return { full, fills };
    },
    giveBack(buckets, takenAtMs) {
      for (const bucket of buckets) {
        const atMs = slotMs(bucket, takenAtMs);
        const slots = windows.get(bucket.key)?.slots ?? [];
        const index = slots.findIndex((slot) => slot.atMs === atMs);
        const slot = slots[index];
        if (!slot) continue;
        slot.taken -= bucket.cost;
        if (slot.taken <= 0) slots.splice(index, 1);
      }
    },
  };
}

function addTo(slots: Slot[], slot: Slot): void {
  const newest = slots.at(-1);
  if (newest?.atMs === slot.atMs) newest.taken += slot.taken;
  else slots.push(slot);
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

function sumOf(slots: readonly Slot[]): number {
  let sum = 0;
  for (const { taken } of slots) sum += taken;
  return sum;
}
