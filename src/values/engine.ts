import { setFlagsFromString } from "node:v8";

/**
 * Tells V8 what kind of program this is; call it when the start is over.
 *
 * The heap grows by a third of what lives before V8 looks for garbage, in place of up to three times as much: a gateway mostly
 * idles, so memory is held by the hour, while looking more often costs only those who send a lot. What a start loads stays,
 * and there is no garbage in it to look for.
 *
 * Small functions are compiled into whoever calls them up to twice V8's own bound, which is meant for pages full of code. A
 * message passes through hundreds of them, and an eighth of its cost was calling them; more than twice gains little.
 *
 * @see https://github.com/v8/v8/blob/main/src/flags/flag-definitions.h `heap_growing_percent`, `max_inlined_bytecode_size_cumulative`
 */
export function tuneEngine(): void {
  setFlagsFromString("--heap-growing-percent=35");
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=2000");
}
