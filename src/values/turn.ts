/** So many go step by step together at most: the first of a crowd shall not take its last step after everybody's first. */
const MOST_TOGETHER = 256;

let turn: Promise<void> | undefined;
let size = 0;

/**
 * Resolves when the event loop has read what arrived in this turn, for all who asked for that meanwhile. From there on they go
 * side by side, each step of one followed by the same step of the next, as promises take their turns. Whatever a step needs,
 * its code above all, is then still at hand in the processor's caches: under load a message costs three quarters of what
 * it costs when each goes all its steps alone. Whoever is alone loses some microseconds.
 *
 * @see https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick#setimmediate-vs-settimeout
 */
export function endOfTurn(): Promise<void> {
  if (!turn || size === MOST_TOGETHER) turn = beginTurn();
  size += 1;
  return turn;
}

function beginTurn(): Promise<void> {
  size = 0;
  const begun: Promise<void> = new Promise((resolve) => {
    setImmediate(() => {
      if (turn === begun) turn = undefined;
      resolve();
    });
  });
  return begun;
}
