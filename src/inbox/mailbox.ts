import type { E164 } from "../sms/e164.ts";
import type { Tell } from "../sms/event.ts";
import type { Clock } from "../values/clock.ts";
import { type Change, type Changes, createChanges, type Refusal } from "./changes.ts";
import type { ChaosState } from "./chaos.ts";
import type { Entry } from "./entry.ts";
import { createIntake } from "./intake.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import { createSilence } from "./silence.ts";
import { type CodeQuery, createWaits, findCode, type OpenWait, type WaitResult } from "./waits.ts";

/** How much the mailbox keeps; whatever is absent has a default. */
export interface MailboxOptions {
  clock: Clock;
  maxMessages?: number;
  keepMs?: number;
  maxBodyBytes?: number;
  maxWaits?: number;
}

/** Everything that came lately, in the memory of this process alone. */
export interface Mailbox {
  /** Takes in what the gateway tells. */
  tell: Tell;
  /** Newest first. */
  list(): Entry[];
  get(id: string): Entry | undefined;
  /** Deletes one message, those to one number, or everything; answers how many messages. */
  remove(which: { id?: string | undefined; to?: E164 | undefined }): number;
  /** The point of the sequence reached so far. */
  cursor(): number;
  /** The newest code that a phone has and nobody took. */
  latestCode(to: E164): Entry | undefined;
  waitForCode(query: CodeQuery, timeoutMs: number, signal: AbortSignal): Promise<WaitResult>;
  /** The open waits, in the order they came. */
  waits(): OpenWait[];
  /** How many requests came since the start, the refused ones too. */
  requestCount(): number;
  /** The last requests that never became messages, newest first. */
  refusals(): Refusal[];
  /** Tells everybody who follows which chaos rules are in force now. */
  tellChaos(chaos: ChaosState): void;
  /** Hears of every change from now on; call the answer to stop. */
  follow(listener: (change: Change) => void): () => void;
  /** How many follow. */
  followers(): number;
  /** What one who has seen everything up to `sequence` must learn to see the present. */
  changesAfter(sequence: number): Change[];
  /** Ends all waits as timeouts and all following. */
  close(): void;
}

/** What was taken away or turned away. */
interface Losses {
  refusals: Refusal[];
  clearedAt: number;
}

/** An empty mailbox. */
export function createMailbox(options: MailboxOptions): Mailbox {
  const { clock, maxMessages = 500, keepMs = 24 * 3_600_000, maxBodyBytes = 16_384, maxWaits = 500 } = options;
  // Each process starts later than the one before it can have come, so that a cursor from before a restart still works.
  const start = Math.max(1, clock.wallMs() * 1_000);
  const changes = createChanges(start);
  const silence = createSilence({ clock, afterMs: SILENT_AFTER_MS, onSilent: (entry) => fallSilent(changes, entry) });
  const shelf = createShelf({ clock, maxMessages, keepMs, onRemoved: silence.forget });
  const onWaitsChanged = () => changes.publish({ type: "waits" });
  const { newestFirst: entries } = shelf;
  const waits = createWaits({ clock, maxWaits, entries, cursor: changes.current, onChanged: onWaitsChanged });
  const losses: Losses = { refusals: [], clearedAt: start };
  const forget = (entry: Entry) => clear(losses, shelf, changes, [entry]);
  const refuse = (refusal: Refusal) => noteRefusal(losses, changes, refusal);
  const takeIn = createIntake({ clock, maxBodyBytes, shelf, changes, waits, silence, forget, refuse });
  let requestCount = 0;
  return {
    tell(event) {
      if (event.type === "received" || event.type === "refused") requestCount += 1;
      takeIn(event);
    },
    list: shelf.newestFirst,
    get: shelf.get,
    remove(which) {
      if (which.id === undefined && which.to === undefined) losses.refusals = [];
      return clear(losses, shelf, changes, chosen(shelf, which));
    },
    cursor: changes.current,
    latestCode: (to) => findCode(shelf.newestFirst(), { to, since: 0, consume: false }, clock.monotonicMs()),
    waitForCode: waits.wait,
    waits: waits.open,
    requestCount: () => requestCount,
    refusals: () => losses.refusals,
    tellChaos(chaos) {
      changes.next();
      changes.publish({ type: "chaos", chaos });
    },
    follow: changes.follow,
    followers: changes.followers,
    changesAfter: (sequence) => changesAfter(losses, shelf.newestFirst(), sequence),
    close() {
      waits.close();
      silence.close();
      changes.close();
    },
  };
}

const MAX_REFUSALS = 20;

/** Kratos waits a second between two requests, and up to ten for an answer to another message's. */
const SILENT_AFTER_MS = 15_000;

function noteRefusal(losses: Losses, changes: Changes, refusal: Refusal): void {
  losses.refusals = [refusal, ...losses.refusals].slice(0, MAX_REFUSALS);
  changes.next();
  changes.publish({ type: "refused", refusal });
}

function chosen(shelf: Shelf, { id, to }: Parameters<Mailbox["remove"]>[0]): Entry[] {
  const entry = id === undefined ? undefined : shelf.get(id);
  if (id !== undefined) return entry ? [entry] : [];
  return shelf.newestFirst().filter(({ message }) => to === undefined || message.to === to);
}

function clear(losses: Losses, shelf: Shelf, changes: Changes, entries: Entry[]): number {
  if (entries.length === 0) return 0;
  for (const entry of entries) shelf.remove(entry);
  losses.clearedAt = changes.next();
  changes.publish({ type: "cleared", messageIds: entries.map(({ message }) => message.id) });
  return entries.length;
}

function fallSilent(changes: Changes, entry: Entry): void {
  entry.silent = true;
  entry.changed = changes.next();
  changes.publish({ type: "message", entry });
}

function changesAfter(losses: Losses, entries: Entry[], sequence: number): Change[] {
  const missed: Change[] = entries
    .filter((entry) => entry.changed > sequence)
    .map((entry) => ({ type: "message", sequence: entry.changed, entry }));
  if (losses.clearedAt > sequence) missed.push({ type: "cleared", sequence: losses.clearedAt });
  return missed.sort((a, b) => a.sequence - b.sequence);
}
