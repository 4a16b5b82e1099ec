import type { ChaosRule } from "./wire.ts";

/** The rule that was typed in, or what is missing; takes the fields by name. */
export function readRule(field: (name: string) => string): { rule: ChaosRule } | { problem: string } {
  const status = amount(field("status"));
  const delayMs = amount(field("delay"));
  const next = amount(field("next"));
  const to = field("to").replace(/[\s()./-]/g, "");
  const dropAfterAccept = field("drop") === "yes";
  if (status === undefined && delayMs === undefined && !dropAfterAccept) {
    return { problem: "Say what goes wrong: a status, a delay, or a cut connection." };
  }
  const rule: ChaosRule = { probability: Number(field("percent")) / 100 };
  if (to !== "") rule.to = to;
  if (status !== undefined) rule.status = status;
  if (delayMs !== undefined) rule.delayMs = delayMs;
  if (dropAfterAccept) rule.dropAfterAccept = true;
  if (next !== undefined) rule.next = next;
  return { rule };
}

function amount(field: string): number | undefined {
  return field.trim() === "" ? undefined : Number(field);
}
