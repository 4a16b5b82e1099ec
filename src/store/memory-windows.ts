import type { Clock } from "../values/clock.ts";
import { createExpiringMap } from "./expiring-map.ts";
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

/** The windows of a memory store. */
export interface MemoryWindows {
  /** The first bucket that has no room for its cost. */
  firstFull(buckets: readonly Bucket[]): Bucket | undefined;
  /** How full each bucket is; 1 for full. */
  fills(buckets: readonly Bucket[]): number[];
  take(buckets: readonly Bucket[], nowMs: number): void;
  /** Gives each bucket's cost back that was taken at `atMs`. */
  giveBack(buckets: readonly Bucket[], atMs: number): void;
}

/** Windows in this process's memory, at most `maxKeys`: beyond, of the dimension that has most the one that ends first goes. */
export function createMemoryWindows(clock: Clock, maxKeys: number): MemoryWindows {
  const windows = createExpiringMap<Slot[]>(clock, maxKeys);

  /** Moments of a small window as they are; in a large one the start of their slot. */
  const slotMs = (bucket: Bucket, atMs: number) => {
    const lengthMs = slotLengthMs(bucket);
    return lengthMs > 0 ? Math.floor(atMs / lengthMs) * lengthMs : atMs;
  };

  /** A slot counts whole as long as any part of it lies in the window. */
  const isInside = (bucket: Bucket, slot: Slot, nowMs: number) =>
    slot.atMs + slotLengthMs(bucket) > nowMs - bucket.perMs;

  /** The slots that count, the oldest first; what has ended is forgotten. */
  function inside(bucket: Bucket): Slot[] {
    const slots = windows.get(bucket.key);
    if (!slots) return [];
    const nowMs = clock.monotonicMs();
    const firstInside = slots.findIndex((slot) => isInside(bucket, slot, nowMs));
    if (firstInside !== 0) slots.splice(0, firstInside < 0 ? slots.length : firstInside);
    return slots;
  }

  function taken(bucket: Bucket): number {
    let sum = 0;
    for (const slot of inside(bucket)) sum += slot.taken;
    return sum;
  }

  return {
    firstFull: (buckets) => buckets.find((bucket) => taken(bucket) + bucket.cost > bucket.max),
    fills: (buckets) => buckets.map((bucket) => taken(bucket) / bucket.max),
    take(buckets, nowMs) {
      for (const bucket of buckets) {
        const slots = inside(bucket);
        const atMs = slotMs(bucket, nowMs);
        const same = slots.find((slot) => slot.atMs === atMs);
        if (same) same.taken += bucket.cost;
        else slots.push({ atMs, taken: bucket.cost });
        windows.put(bucket.key, slots, { kind: bucket.dimension, lifeMs: bucket.perMs + slotLengthMs(bucket) });
      }
      windows.forget();
    },
    giveBack(buckets, takenAtMs) {
      for (const bucket of buckets) {
        const atMs = slotMs(bucket, takenAtMs);
        const slots = windows.get(bucket.key) ?? [];
        const index = slots.findIndex((slot) => slot.atMs === atMs);
        const slot = slots[index];
        if (!slot) continue;
        slot.taken -= bucket.cost;
        if (slot.taken <= 0) slots.splice(index, 1);
      }
    },
  };
}
