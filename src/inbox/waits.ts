import type { E164 } from "../sms/e164.ts";
import type { Clock } from "../values/clock.ts";
import type { Entry } from "./entry.ts";

/** Which code somebody wants. */
export interface CodeQuery {
  to: E164;
  template?: string | undefined;
  /** Only what a phone got after this point of the sequence, oldest first; 0 means any, newest first; absent the newest of the last 30 s. */
  since?: number;
  /** Hand each code out once. */
  consume: boolean;
}

/** What a wait came to. */
export type WaitResult =
  | { outcome: "found"; entry: Entry }
  | { outcome: "timeout"; cursor: number }
  | { outcome: "full" };

/** One wait that is open. */
export interface OpenWait {
  query: CodeQuery;
  /** Wall milliseconds. */
  startedAt: number;
  timeoutMs: number;
}

/** The open waits for codes. */
export interface Waits {
  /** Answers at once when the code is there already, else when it comes, at the timeout, or when the signal says that nobody listens any more. */
  wait(query: CodeQuery, timeoutMs: number, signal: AbortSignal): Promise<WaitResult>;
  /** A phone just got this entry: hands it to every wait that matches, of those that consume to the longest waiting one. */
  offer(entry: Entry): void;
  /** In the order they came. */
  open(): OpenWait[];
  /** Ends all of them as timeouts, and every later one at once. */
  close(): void;
}

/** What the waits may look at. */
export interface WaitsOptions {
  clock: Clock;
  maxWaits: number;
  entries: () => Entry[];
  cursor: () => number;
  /** One more or one less is open. */
  onChanged: () => void;
}

interface Waiter extends OpenWait {
  signal: AbortSignal;
  entry?: Entry;
  end: () => void;
}

/** Nobody waits yet. */
export function createWaits({ clock, maxWaits, entries, cursor, onChanged }: WaitsOptions): Waits {
  const waiters = new Set<Waiter>();
  let closed = false;
  return {
    open: () => [...waiters],
    close() {
      closed = true;
      for (const waiter of waiters) waiter.end();
    },
    offer: (entry) => offer(waiters, entry),
    async wait(query, timeoutMs, signal) {
      // From here to the sleep nothing else can run: no message slips between the look and the wait.
      const ready = findCode(entries(), query, clock.monotonicMs());
      if (ready) return found(hand(ready, query));
      if (closed || timeoutMs <= 0 || signal.aborted) return { outcome: "timeout", cursor: cursor() };
      if (waiters.size >= maxWaits) return { outcome: "full" };
      const ended = new AbortController();
      const waiter: Waiter = { query, timeoutMs, signal, startedAt: clock.wallMs(), end: () => ended.abort() };
      waiters.add(waiter);
      onChanged();
      signal.addEventListener("abort", waiter.end);
      await clock.sleep(timeoutMs, ended.signal);
      signal.removeEventListener("abort", waiter.end);
      waiters.delete(waiter);
      onChanged();
      return waiter.entry ? found(waiter.entry) : { outcome: "timeout", cursor: cursor() };
    },
  };
}

/** The code that the query asks for among those that phones have already, or undefined. */
export function findCode(entries: Entry[], query: CodeQuery, nowMs: number): Entry | undefined {
  const freshFromMs = query.since === undefined ? nowMs - FRESH_MS : Number.NEGATIVE_INFINITY;
  const matching = entries.filter((entry) => isMatch(entry, query) && (entry.deliveredAtMs ?? 0) >= freshFromMs);
  matching.sort((a, b) => (a.delivered ?? 0) - (b.delivered ?? 0));
  return query.since ? matching[0] : matching.at(-1);
}

const FRESH_MS = 30_000;

function isMatch({ message, delivered, taken }: Entry, { to, template, since }: CodeQuery): boolean {
  if (delivered === undefined || taken || message.code === undefined || message.to !== to) return false;
  return (template === undefined || message.template === template) && delivered > (since ?? 0);
}

function offer(waiters: Set<Waiter>, entry: Entry): void {
  const wanting = [...waiters].filter(
    (waiter) => waiter.entry === undefined && !waiter.signal.aborted && isMatch(entry, waiter.query),
  );
  const consumer = wanting.find((waiter) => waiter.query.consume);
  for (const waiter of wanting) {
    if (waiter.query.consume && waiter !== consumer) continue;
    waiter.entry = hand(entry, waiter.query);
    waiter.end();
  }
}

function hand(entry: Entry, query: CodeQuery): Entry {
  entry.taken ||= query.consume;
  return entry;
}

function found(entry: Entry): WaitResult {
  return { outcome: "found", entry };
}
