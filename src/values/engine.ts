import v8 from "node:v8";
import type { Clock } from "./clock.ts";

/** Both halves of the young generation together, when each has 8 MB. */
const YOUNG_BYTES = 16 * 1_048_576;
/** Under load V8 may double it several times a second. */
const LOOK_MS = 100;

/** What of V8 is looked at and told. */
type Engine = Pick<typeof v8, "getHeapSpaceStatistics" | "setFlagsFromString">;

/**
 * Tells V8 what kind of program this is, until the answer is called; call it when the start is over.
 *
 * The heap grows by two thirds of what lives before V8 looks for garbage, in place of up to three times as much, and the young
 * generation, as soon as each half is seen to have 8 MB, grows no more: a gateway mostly idles, so memory is held by the hour, while
 * looking more often costs only those who send a lot. What a start loads stays, and there is no garbage in it to look for.
 *
 * Small functions are compiled into whoever calls them up to twice V8's own bound, which is meant for pages full of code. A
 * message passes through hundreds of them, and an eighth of its cost was calling them; more than twice gains little.
 *
 * @see https://github.com/v8/v8/blob/main/src/flags/flag-definitions.h `heap_growing_percent`, `semi_space_growth_factor`,
 *   `max_inlined_bytecode_size_cumulative`
 */
export function tuneEngine({ after }: Pick<Clock, "after">, engine: Engine = v8): () => void {
  engine.setFlagsFromString("--heap-growing-percent=67");
  engine.setFlagsFromString("--max-inlined-bytecode-size-cumulative=2000");
  return boundYoung(after, engine);
}

/**
 * Lets the young generation grow as long as it is small. V8 shrinks it to 1 MB while little is sent: one that could never grow
 * again made each message cost two thirds more under load, since what is under way when it is full is moved.
 */
function boundYoung(after: Clock["after"], engine: Engine): () => void {
  let letBe = () => {};
  let factor = 0;
  const look = () => {
    const wanted = youngBytes(engine) < YOUNG_BYTES ? 2 : 1;
    if (wanted !== factor) engine.setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
    letBe = after(LOOK_MS, look);
  };
  look();
  return () => letBe();
}

function youngBytes({ getHeapSpaceStatistics }: Engine): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
}
