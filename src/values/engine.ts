import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Both halves of the young generation together, when each has 8 MB. */
const YOUNG_BYTES = 16 * 1_048_576;

/**
 * Tells V8 what kind of program this is; call it when the start is over.
 *
 * The heap grows by two thirds of what lives before V8 looks for garbage, in place of up to three times as much, and the young
 * generation, where the start has made it large enough already, grows no more: a gateway mostly idles, so memory is held by the
 * hour, while looking more often costs only those who send a lot. What a start loads stays, and there is no garbage in it to
 * look for.
 *
 * Small functions are compiled into whoever calls them up to twice V8's own bound, which is meant for pages full of code. A
 * message passes through hundreds of them, and an eighth of its cost was calling them; more than twice gains little.
 *
 * @see https://github.com/v8/v8/blob/main/src/flags/flag-definitions.h `heap_growing_percent`, `semi_space_growth_factor`,
 *   `max_inlined_bytecode_size_cumulative`
 */
export function tuneEngine(): void {
  setFlagsFromString("--heap-growing-percent=67");
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
  if (young && young.space_size >= YOUNG_BYTES) setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=2000");
}
