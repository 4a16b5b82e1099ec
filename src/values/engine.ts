import { setFlagsFromString } from "node:v8";

/**
 * Tells V8 what kind of program this is; call it when the start is over.
 *
 * The heap grows by half of what lives before V8 looks for garbage, in place of up to three times as much: a gateway mostly
 * idles, so memory is held by the hour, while looking more often costs only those who send a lot. What a start loads stays,
 * and there is no garbage in it to look for.
 *
 * Small functions are compiled into whoever calls them up to eight times as far as V8's own bound goes, which is meant for
 * pages full of code. A message passes through hundreds of them; an eighth of its cost was calling them.
 *
 * @see https://github.com/v8/v8/blob/main/src/flags/flag-definitions.h `heap_growing_percent`, `max_inlined_bytecode_size`
 */
export function tuneEngine(): void {
  setFlagsFromString("--heap-growing-percent=50");
  setFlagsFromString("--max-inlined-bytecode-size=1000");
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=8000");
}
