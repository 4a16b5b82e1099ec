import type { GatewayEvent, Tell } from "../sms/event.ts";
import type { Message } from "../sms/message.ts";
import type { OutcomeName } from "../sms/outcome.ts";
import type { Clock } from "../values/clock.ts";
import type { Changes, Refusal } from "./changes.ts";
import { addDecision, addRepeat, addRequest, clipRequest, createEntry, type Entry } from "./entry.ts";
import type { Shelf } from "./shelf.ts";
import type { Waits } from "./waits.ts";

/** What the events are worked into. */
export interface IntakeOptions {
  clock: Clock;
  maxBodyBytes: number;
  shelf: Shelf;
  changes: Changes;
  waits: Waits;
  /** A further request turned out to be a repetition: its own entry leaves. */
  forget: (entry: Entry) => void;
  refuse: (refusal: Refusal) => void;
}

/** Works what the gateway tells into entries. */
export function createIntake(intake: IntakeOptions): Tell {
  return (event) => {
    switch (event.type) {
      case "received":
        publish(intake, received(intake, event));
        break;
      case "decided":
        addDecision(entryOf(intake, event.message), event.decision, intake.maxBodyBytes);
        break;
      case "attempted":
        entryOf(intake, event.message).attempts.push(event.attempt);
        intake.changes.publish({ type: "attempt", messageId: event.message.id, attempt: event.attempt });
        break;
      case "settled":
        publish(intake, settled(intake, event));
        break;
      case "refused":
        refused(intake, event);
        break;
      case "counted":
      case "limited":
      case "pumping":
      case "breaker":
      case "store":
      case "advice":
      case "listening":
      case "draining":
      case "stopped":
      case "broken":
        break;
    }
  };
}

type Event<Type extends GatewayEvent["type"]> = Extract<GatewayEvent, { type: Type }>;

/** The entry of a message, marked as changed; one that was deleted or pushed out while under way comes back. */
function entryOf({ shelf, changes, clock, maxBodyBytes }: IntakeOptions, message: Message): Entry {
  const sequence = changes.next();
  const known = shelf.get(message.id);
  const entry = known ?? createEntry(message, sequence, clock.monotonicMs(), maxBodyBytes);
  if (!known) shelf.add(entry);
  entry.changed = sequence;
  return entry;
}

function received(intake: IntakeOptions, { message, request }: Event<"received">): Entry {
  const entry = entryOf(intake, message);
  addRequest(entry, request, intake.maxBodyBytes);
  return entry;
}

const DELIVERED: readonly OutcomeName[] = ["sent", "captured"];

function settled(intake: IntakeOptions, { message, decision, outcome, durationMs }: Event<"settled">): Entry {
  const first = outcome.messageId === message.id ? undefined : intake.shelf.get(outcome.messageId);
  if (first) return repeated(intake, first, message);
  const entry = entryOf(intake, message);
  addDecision(entry, decision, intake.maxBodyBytes);
  entry.outcome = outcome.name;
  entry.attempts = [...outcome.attempts];
  entry.durationMs = durationMs;
  if (outcome.provider !== undefined) entry.provider = outcome.provider;
  if (outcome.reason !== undefined) entry.reason = outcome.reason;
  if (DELIVERED.includes(outcome.name)) deliver(intake, entry);
  return entry;
}

function deliver({ clock, waits }: IntakeOptions, entry: Entry): void {
  entry.delivered = entry.changed;
  entry.deliveredAtMs = clock.monotonicMs();
  waits.offer(entry);
}

function repeated(intake: IntakeOptions, first: Entry, message: Message): Entry {
  const own = intake.shelf.get(message.id);
  if (own) intake.forget(own);
  const entry = entryOf(intake, first.message);
  addRepeat(entry, { at: message.receivedAt, messageId: message.id });
  return entry;
}

function refused(intake: IntakeOptions, { outcome, status, reason, request }: Event<"refused">): void {
  const at = intake.clock.wallMs();
  intake.refuse({ at, outcome, status, reason, request: clipRequest(request, intake.maxBodyBytes) });
}

function publish({ changes }: IntakeOptions, entry: Entry): void {
  changes.publish({ type: "message", entry });
}
