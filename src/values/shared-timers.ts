import type { Clock } from "./clock.ts";
import { append, emptyLine, type InLine, type Line, unlink } from "./line.ts";

/** Whoever waits for a moment. */
interface Waiter extends InLine<Waiter> {
  dueMs: number;
  wake: () => void;
  isWaiting: boolean;
}

/** All that wait equally long, who wakes first at its head; and the timer for that one, or for one who has left since. */
interface Queue extends Line<Waiter> {
  letTimerBe: (() => void) | undefined;
}

/**
 * The same `after` for many that wait equally long and nearly all leave before it is over, as deadlines do: they share one
 * timer, since one for each would cost more than the rest of the waiting.
 */
export function sharedTimers({ monotonicMs, after }: Pick<Clock, "monotonicMs" | "after">): Clock["after"] {
  const queues = new Map<number, Queue>();

  function queueOf(ms: number): Queue {
    const known = queues.get(ms);
    if (known) return known;
    const queue = { ...emptyLine<Waiter>(), letTimerBe: undefined };
    queues.set(ms, queue);
    return queue;
  }

  function wakeDue(ms: number, queue: Queue): void {
    const nowMs = monotonicMs();
    try {
      for (let first = queue.first; first && first.dueMs <= nowMs; first = queue.first) {
        leave(queue, first);
        first.wake();
      }
    } finally {
      // Also when one that was woken threw: with timers of their own the others would have been woken.
      if (queue.first) queue.letTimerBe = after(queue.first.dueMs - nowMs, () => wakeDue(ms, queue));
      else close(ms, queue);
    }
  }

  /** A timer that nobody waits for would keep the process from its end. */
  function close(ms: number, queue: Queue): void {
    queue.letTimerBe?.();
    queue.letTimerBe = undefined;
    if (queues.get(ms) === queue) queues.delete(ms);
  }

  return (ms, wake) => {
    const queue = queueOf(ms);
    const waiter = { dueMs: monotonicMs() + ms, wake, isWaiting: true, before: undefined, after: undefined };
    append(queue, waiter);
    queue.letTimerBe ??= after(ms, () => wakeDue(ms, queue));
    return () => {
      if (!waiter.isWaiting) return;
      leave(queue, waiter);
      if (!queue.first) close(ms, queue);
    };
  };
}

function leave(queue: Queue, waiter: Waiter): void {
  unlink(queue, waiter);
  waiter.isWaiting = false;
}
