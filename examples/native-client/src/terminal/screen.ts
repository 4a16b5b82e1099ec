import { isCancel, log, password, select, text } from "@clack/prompts";
import type { ExpectCode } from "../inbox.ts";
import type { Kratos } from "../kratos.ts";
import type { Outcome } from "../read-answer.ts";

/** What the terminal remembers between two choices. */
export interface Screen {
  kratos: Kratos;
  /** Where codes come from by themselves; without it the person types them. */
  expectCode: ExpectCode | undefined;
  /** A number that belongs to nobody, to try things with. */
  inventNumber(): string;
  showsSteps: boolean;
  /** The session token of whoever is signed in. */
  token?: string | undefined;
  /** What was typed last, to be offered again. */
  identifier?: string;
  /** The secret of the authenticator app that this client plays. */
  authenticatorSecret?: string | undefined;
}

/** Asks for a line; undefined when the person goes back with Esc. */
export async function askText(
  message: string,
  options: { initial?: string; suggest?: string; optional?: boolean } = {},
) {
  const { initial, suggest, optional } = options;
  const answer = await text({
    message,
    ...(initial && { initialValue: initial }),
    ...(suggest && { placeholder: suggest, defaultValue: suggest }),
    validate: (value) => (value || suggest || optional ? undefined : "Type something, or go back with Esc."),
  });
  return isCancel(answer) ? undefined : (answer ?? "").trim();
}

/** Asks for a line that nobody should read over a shoulder. */
export async function askSecret(message: string): Promise<string | undefined> {
  const answer = await password({ message });
  return isCancel(answer) ? undefined : answer;
}

/** Lets the person choose; undefined when they go back with Esc. */
export async function choose<Value extends string>(
  message: string,
  options: { value: Value; label: string; hint?: string }[],
): Promise<Value | undefined> {
  // The prompt's own type asks whether Value is a primitive, which it cannot know of a type parameter.
  const answer = await select<string>({ message, options, showInstructions: false });
  return isCancel(answer) ? undefined : (answer as Value);
}

/** Tells why something did not work; nothing when the person went back. */
export function showRefusal(outcome: Outcome | undefined): void {
  if (outcome === undefined) return;
  if (outcome.kind === "refused") log.error(outcome.says.join("\n"));
  else if (outcome.kind === "second-factor-needed") log.warn("This takes the second factor first.");
  else log.error(`This client does not know how to go on after "${outcome.kind}".`);
}
