/** So many go step by step together at most: the first of a crowd shall not take its last step after everybody's first. */
const MOST_TOGETHER = 256;
/** So many turns the first one waits at most, each of which brings somebody more. */
const MOST_TURNS = 8;

let crowd: Promise<void> | undefined;
let size = 0;

/**
 * Resolves when the event loop has read what arrived in this turn and the next, and in further ones as long as each brings
 * somebody more, for all who asked for that meanwhile. From there on they go side by side, each step of one followed by the
 * same step of the next, as promises take their turns. Whatever a step needs, its code above all, is then still at hand in the
 * processor's caches: under load a message costs three quarters of what it costs when each goes all its steps alone, with one
 * turn alone; the further ones save some seven percent more. Whoever is alone loses some microseconds.
 *
 * @see https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick#setimmediate-vs-settimeout
 */
export function endOfTurn(): Promise<void> {
  if (!crowd || size === MOST_TOGETHER) crowd = gather();
  size += 1;
  return crowd;
}

function gather(): Promise<void> {
  size = 0;
  const gathering: Promise<void> = new Promise((resolve) => {
    let turns = 0;
    let sizeBefore = 0;
    const endTurn = () => {
      turns += 1;
      const mayGrow = crowd === gathering && size > sizeBefore && turns < MOST_TURNS;
      sizeBefore = size;
      if (mayGrow) setImmediate(endTurn);
      else {
        if (crowd === gathering) crowd = undefined;
        resolve();
      }
    };
    setImmediate(endTurn);
  });
  return gathering;
}
