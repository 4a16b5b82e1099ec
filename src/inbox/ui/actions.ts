import { notify } from "./announce.ts";
import { ask, copyText } from "./browser.ts";
import { loadFound, loadStatus } from "./load.ts";
import { close, open } from "./navigate.ts";
import { messages, openedId, query, shown, status } from "./state.ts";
import type { Chaos, ChaosRule } from "./wire.ts";

/** Copies a text and says so. */
export async function copy(text: string, what: string): Promise<void> {
  await copyText(text);
  notify(`${what} copied`);
}

/** Copies the code of the message that is shown, else the newest one. */
export function copyShownCode(): void {
  const code = (shown.value ?? messages.value?.find((message) => message.code !== undefined))?.code;
  if (code === undefined) notify("There is no code to copy");
  else void copy(code, "Code");
}

/** Searches; no words show everything. */
export function search(words: string): void {
  query.value = words;
  void loadFound();
}

/** Deletes the message that is shown. */
export async function deleteShown(): Promise<void> {
  const id = shown.value?.id;
  if (id === undefined) return;
  const answer = await ask<{ deleted: number }>(`/api/messages/${encodeURIComponent(id)}`, { method: "DELETE" });
  if ("value" in answer && openedId.value === id) close();
  notify("value" in answer ? "Message deleted" : answer.problem);
}

/** Deletes everything, or what went to one number. */
export async function clear(to?: string): Promise<void> {
  const answer = await ask<{ deleted: number }>(
    `/api/messages${to === undefined ? "" : `?${new URLSearchParams({ to })}`}`,
    {
      method: "DELETE",
    },
  );
  notify("value" in answer ? `${answer.value.deleted} deleted` : answer.problem);
}

/** Lets the gateway post a message to itself, as Kratos would. */
export async function sendTestMessage(): Promise<void> {
  const answer = await ask<{ messageId: string }>("/api/test-message", { method: "POST", body: {} });
  if ("value" in answer) open(answer.value.messageId);
  else notify(answer.problem);
}

/** Makes these faults from now on; answers why not. */
export async function setChaos(rules: ChaosRule[]): Promise<string | undefined> {
  const answer = await ask<Chaos>("/api/chaos", { method: "PUT", body: { rules } });
  if (!("value" in answer)) return answer.problem;
  if (status.value) status.value = { ...status.value, chaos: answer.value };
  else await loadStatus();
  return undefined;
}
