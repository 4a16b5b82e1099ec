import type { Attempt } from "../sms/attempt.ts";
import type { MessageId } from "../sms/message.ts";
import type { ChaosState } from "./chaos.ts";
import type { Entry, KeptRequest } from "./entry.ts";

/** A request that never became a message. */
export interface Refusal {
  /** Wall milliseconds. */
  at: number;
  outcome: string;
  status: number;
  reason: string;
  request: KeptRequest;
}

/** One thing that happened to the mailbox; `cleared` without ids means: look at the list again. */
export type Change = { sequence: number } & (
  | { type: "message"; entry: Entry }
  | { type: "attempt"; messageId: MessageId; attempt: Attempt }
  | { type: "cleared"; messageIds?: MessageId[] }
  | { type: "refused"; refusal: Refusal }
  | { type: "waits" }
  | { type: "chaos"; chaos: ChaosState }
  | { type: "closed" }
);

type Unnumbered<T> = T extends Change ? Omit<T, "sequence"> : never;

/** The one sequence of the mailbox and those who follow it. */
export interface Changes {
  /** The number of the newest change. */
  current(): number;
  /** Takes the next number. */
  next(): number;
  /** Tells everybody who follows. */
  publish(change: Unnumbered<Change>): void;
  /** Follows from now on; call the answer to stop. */
  follow(listener: (change: Change) => void): () => void;
  /** How many follow. */
  followers(): number;
  /** Tells everybody, also those who come later, that nothing more will come. */
  close(): void;
}

/** A sequence that starts after `start`. */
export function createChanges(start: number): Changes {
  const listeners = new Set<(change: Change) => void>();
  let sequence = start;
  let closed = false;
  const publish: Changes["publish"] = (change) => {
    for (const listener of [...listeners]) listener({ ...change, sequence });
  };
  return {
    current: () => sequence,
    next: () => ++sequence,
    publish,
    follow(listener) {
      if (closed) listener({ type: "closed", sequence });
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
    followers: () => listeners.size,
    close() {
      closed = true;
      publish({ type: "closed" });
    },
  };
}
