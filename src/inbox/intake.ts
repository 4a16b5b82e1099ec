import type { GatewayEvent, Tell } from "../sms/event.ts";
import type { Message } from "../sms/message.ts";
import type { OutcomeName } from "../sms/outcome.ts";
import type { Clock } from "../values/clock.ts";
import type { Changes, Refusal } from "./changes.ts";
import { addDecision, addRequest, clipRequest, createEntry, type Entry, reopen } from "./entry.ts";
import { isFailure, keyOf, recordOf, retryOf } from "./request-record.ts";
import type { Shelf } from "./shelf.ts";
import type { Silence } from "./silence.ts";
import type { Waits } from "./waits.ts";

/** What the events are worked into. */
export interface IntakeOptions {
  clock: Clock;
  maxBodyBytes: number;
  shelf: Shelf;
  changes: Changes;
  waits: Waits;
  silence: Silence;
  /** A further request turned out to be a repetition: its own entry leaves. */
  forget: (entry: Entry) => void;
  refuse: (refusal: Refusal) => void;
}

/** So long a request for the same message is one more request for it and not a message of its own; as claims are kept. */
const SAME_MESSAGE_MS = 10 * 60_000;

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
      case "counted":
        entryOf(intake, event.message).limits = { counts: event.counts, enforced: event.enforced };
        break;
      case "attempted":
        entryOf(intake, event.message).attempts.push(event.attempt);
        intake.changes.publish({ type: "attempt", messageId: event.message.id, attempt: event.attempt });
        break;
      case "simulated":
        entryOf(intake, event.message).simulated = event.says;
        break;
      case "settled":
        concluded(intake, settled(intake, event));
        break;
      case "answered":
        answered(intake, event);
        break;
      case "refused":
        refused(intake, event);
        break;
      case "limited":
      case "pumping":
      case "breaker":
      case "store":
      case "stored":
      case "advice":
      case "listening":
      case "reloaded":
      case "draining":
      case "stopped":
      case "broken":
        break;
    }
  };
}

type Event<Type extends GatewayEvent["type"]> = Extract<GatewayEvent, { type: Type }>;

/** The entry of a message, marked as changed; one that was deleted or pushed out while under way comes back. */
function entryOf(intake: IntakeOptions, message: Message): Entry {
  const known = intake.shelf.get(message.id);
  return known ? touch(intake, known) : newEntry(intake, message);
}

function touch({ changes }: IntakeOptions, entry: Entry): Entry {
  entry.changed = changes.next();
  return entry;
}

function newEntry({ shelf, changes, clock, maxBodyBytes }: IntakeOptions, message: Message): Entry {
  const moment = { sequence: changes.next(), monotonicMs: clock.monotonicMs() };
  const entry = createEntry(message, keyOf(message), moment, maxBodyBytes);
  shelf.add(entry);
  shelf.addRequest(entry, { id: message.id, receivedAt: message.receivedAt, outcome: "pending" });
  return entry;
}

function received(intake: IntakeOptions, { message, request }: Event<"received">): Entry {
  const same = sameMessage(intake, message);
  const entry = same ? askedAgain(intake, same, message) : entryOf(intake, message);
  addRequest(entry, request, intake.maxBodyBytes);
  return entry;
}

/** The entry that this is one more request for: Kratos asks again after an error, a developer sends the same text again. */
function sameMessage({ shelf }: IntakeOptions, message: Message): Entry | undefined {
  const entry = shelf.newestOf(keyOf(message));
  const last = entry?.requests.at(-1);
  if (!entry || !last || message.receivedAt - last.receivedAt > SAME_MESSAGE_MS) return undefined;
  const { number, of } = retryOf(entry) ?? {};
  const isOver = entry.silent && number === of;
  return isOver ? undefined : entry;
}

function askedAgain(intake: IntakeOptions, entry: Entry, { id, receivedAt }: Message): Entry {
  intake.silence.forget(entry);
  // What was forced upon the request before says nothing of this one.
  delete entry.simulated;
  entry.silent = false;
  addAsked(intake, entry, { id, receivedAt });
  if (entry.outcome === "failed" || entry.outcome === "shed") reopen(entry);
  return touch(intake, entry);
}

function addAsked(
  { shelf }: IntakeOptions,
  entry: Entry,
  { id, receivedAt }: Pick<Message, "id" | "receivedAt">,
): void {
  // Asked at the end it would be wrong for two that come at the same time: by then the first has its answer.
  const afterAnswer = entry.requests.at(-1)?.status !== undefined;
  shelf.addRequest(entry, { id, receivedAt, outcome: "pending", afterAnswer });
}

const DELIVERED: readonly OutcomeName[] = ["sent", "captured"];

function settled(intake: IntakeOptions, event: Event<"settled">): Entry {
  const { message, decision, outcome, durationMs } = event;
  const first = outcome.messageId === message.id ? undefined : intake.shelf.get(outcome.messageId);
  if (first) return repeated(intake, first, event);
  const entry = entryOf(intake, message);
  note(entry, event);
  addDecision(entry, decision, intake.maxBodyBytes);
  entry.outcome = outcome.name;
  entry.attempts = [...outcome.attempts];
  entry.durationMs = durationMs;
  if (outcome.provider !== undefined) entry.provider = outcome.provider;
  if (outcome.reason !== undefined) entry.reason = outcome.reason;
  if (DELIVERED.includes(outcome.name)) deliver(intake, entry);
  return entry;
}

function note(entry: Entry, { message, outcome, durationMs }: Event<"settled">): void {
  const { name, reason } = outcome;
  const record = recordOf(entry, message.id);
  if (record) Object.assign(record, { outcome: name, durationMs, ...(reason !== undefined && { reason }) });
  if (name === "duplicate") entry.repeatCount += 1;
}

function deliver({ clock, waits }: IntakeOptions, entry: Entry): void {
  entry.delivered = entry.changed;
  entry.deliveredAtMs = clock.monotonicMs();
  entry.taken = false;
  waits.offer(entry);
}

function repeated(intake: IntakeOptions, first: Entry, event: Event<"settled">): Entry {
  const { id, receivedAt } = event.message;
  const own = intake.shelf.get(id);
  if (own !== first) {
    if (own) intake.forget(own);
    addAsked(intake, first, { id, receivedAt });
  }
  note(touch(intake, first), event);
  // In dev mode, the same text once more from a caller who had the answer to the last one is another try by a person or
  // a test: the phone has it again. One who had none asks for the first one's, as Kratos does, and nothing is sent.
  if (first.outcome === "captured" && recordOf(first, id)?.afterAnswer) deliver(intake, first);
  return first;
}

function answered(intake: IntakeOptions, { message, answer }: Event<"answered">): void {
  const entry = intake.shelf.get(message.id);
  const record = entry && recordOf(entry, message.id);
  if (!entry || !record) return;
  if (answer) {
    record.status = answer.status;
    entry.answer = answer;
  } else delete record.status;
  publish(intake, touch(intake, entry));
  watchRetry(intake, entry);
}

function refused(intake: IntakeOptions, { outcome, status, reason, request }: Event<"refused">): void {
  const at = intake.clock.wallMs();
  intake.refuse({ at, outcome, status, reason, request: clipRequest(request, intake.maxBodyBytes) });
}

function publish({ changes }: IntakeOptions, entry: Entry): void {
  changes.publish({ type: "message", entry });
}

function concluded(intake: IntakeOptions, entry: Entry): void {
  publish(intake, entry);
  watchRetry(intake, entry);
  if (entry.delivered === entry.changed) supersede(intake, entry);
}

/** After an error Kratos asks again soon, or has given up. */
function watchRetry({ silence }: IntakeOptions, entry: Entry): void {
  const last = entry.requests.at(-1);
  if (last && isFailure(last) && retryOf(entry)?.state !== "done") silence.watch(entry);
  else silence.forget(entry);
}

/** Kratos forgets a code when it makes the next one. */
function supersede(intake: IntakeOptions, newest: Entry): void {
  newest.superseded = false;
  const { to, template, code } = newest.message;
  for (const entry of code ? intake.shelf.newestFirst() : []) {
    const { message, superseded, outcome } = entry;
    if (superseded || outcome === "pending" || message.to !== to || message.template !== template) continue;
    if (message.code === undefined || message.code.value === code?.value) continue;
    entry.superseded = true;
    publish(intake, touch(intake, entry));
  }
}
