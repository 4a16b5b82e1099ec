import type { Message } from "../sms/message.ts";
import type { Clock } from "../values/clock.ts";
import { keyOf } from "./request-record.ts";

/** As long as a claim is kept: the same words later are another message. */
const KEEP_MS = 10 * 60_000;
const MAX_MESSAGES = 1_000;

/** Counts the requests for each message, of which Kratos sends no id; the answer is 1 for the first. */
export function createRequestCounts(clock: Clock): (message: Message) => number {
  const counts = new Map<string, { count: number; atMs: number }>();
  return (message) => {
    const key = keyOf(message);
    const nowMs = clock.monotonicMs();
    const known = counts.get(key);
    const count = known && nowMs - known.atMs < KEEP_MS ? known.count + 1 : 1;
    counts.delete(key);
    counts.set(key, { count, atMs: nowMs });
    const [oldest] = counts.keys();
    if (counts.size > MAX_MESSAGES && oldest !== undefined) counts.delete(oldest);
    return count;
  };
}
