import { parseArgs } from "node:util";
import leven from "leven";
import type { Arguments, Command } from "./command.ts";

/** What else every command line may hold. */
const EVERYWHERE = ["help", "version"];

/** The words and flags of one call of a command; a sentence when they do not fit it. */
export function readArguments(
  { options, words: [least, most] }: Pick<Command, "options" | "words">,
  args: string[],
): Arguments | { problem: string } {
  const problem = findStranger(options, args);
  if (problem) return { problem };
  try {
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length < least) return { problem: `a word is missing: it takes ${inWords(least, most)}` };
    // A word may be a person's number or text: it is not said again.
    if (positionals.length > most) return { problem: `there is a word too many: it takes ${inWords(least, most)}` };
    return { positionals, values: values as Arguments["values"] };
  } catch (error) {
    return { problem: (error as Error).message.split(/[.\n]/)[0] ?? "" };
  }
}

function inWords(least: number, most: number): string {
  if (most === 0) return "none";
  return least === most ? String(most) : `${least} to ${most}`;
}

/** The first flag that the command does not have, with the one that was probably meant. */
function findStranger(options: Command["options"], args: string[]): string | undefined {
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  const stranger = tokens.find((token) => token.kind === "option" && !Object.hasOwn(options, token.name));
  if (stranger?.kind !== "option") return undefined;
  const { name, rawName } = stranger;
  const known = [...Object.keys(options), ...EVERYWHERE];
  const near = known.includes(name) ? undefined : nearest(name, known);
  return `there is no flag ${rawName}${near === undefined ? "" : `; did you mean --${near}?`}`;
}

/** The name that a misspelled one was probably meant to be; undefined when none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const [first] = names.toSorted((a, b) => leven(name, a) - leven(name, b));
  const distance = leven(name, first ?? "");
  return distance <= 2 && distance < name.length ? first : undefined;
}
