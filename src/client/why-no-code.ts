import { type Caller, readJson } from "./call.ts";
import type { Message, MessageList, Refusal } from "./inbox-types.ts";

const SHOWN = 3;

/** What the inbox holds instead of the awaited code, in a sentence without number, text or code. */
export async function whyNoCode(call: Caller, wait: { to: string; signal?: AbortSignal | undefined }): Promise<string> {
  const list = async (query: Record<string, string>) =>
    readJson<MessageList>(await call({ path: "/api/messages", query, signal: wait.signal }));
  const { messages, refusals } = await list({ q: `to:"${wait.to.replaceAll('"', "")}"` });
  if (messages.length > 0) return describeThose(messages);
  const { messages: any } = await list({ limit: "1" });
  const others = any.length > 0 ? "the inbox saw messages, but none to this number" : "the inbox saw no message at all";
  return `${others}${describeRefusal(refusals[0]) ?? "; does Kratos' courier run, and does it post to this gateway?"}`;
}

function describeThose(messages: Message[]): string {
  const more = messages.length > SHOWN ? ", and older ones" : "";
  const newest = messages.slice(0, SHOWN).map(describe).join("; ");
  const count = `${messages.length} ${messages.length === 1 ? "message" : "messages"}`;
  return `the inbox saw ${count} to this number, none of which this wait takes: ${newest}${more}`;
}

/** Such as: login_code_valid at 12:04:31 UTC, rejected (country FR is not in destinations.countries). */
function describe({ template, receivedAt, outcome, reason, code, consumed }: Message): string {
  const about = outcome === "captured" || outcome === "sent" ? describeCode(code, consumed) : reason;
  return `${template} at ${receivedAt.slice(11, 19)} UTC, ${outcome}${about ? ` (${about})` : ""}`;
}

function describeCode(code: string | undefined, consumed: boolean): string {
  if (code === undefined) return "no code found in it";
  return consumed ? "its code was consumed by another wait" : "it came before the wait's cursor, or is of another kind";
}

function describeRefusal(refusal: Refusal | undefined): string | undefined {
  return refusal && `; the last request that it refused got ${refusal.status}, ${refusal.reason}`;
}
