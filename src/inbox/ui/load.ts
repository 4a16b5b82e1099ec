import { batch } from "@preact/signals";
import { ask } from "./browser.ts";
import { detail, found, isGone, messages, query, queryProblem, refusals, shownId, status } from "./state.ts";
import type { Detail, Message, Refusal, Status } from "./wire.ts";

interface List {
  messages: Message[];
  refusals: Refusal[];
}

/** Reads the whole list, and what the search finds. */
export const loadList = oneAtATime(async () => {
  const all = await ask<List>(`/api/messages?limit=${KEPT}`);
  if (!("value" in all)) return;
  batch(() => {
    messages.value = all.value.messages;
    refusals.value = all.value.refusals;
  });
  await loadFound();
});

/** Reads what the search finds. */
export const loadFound = oneAtATime(async () => {
  const q = query.value.trim();
  if (q === "") {
    found.value = undefined;
    queryProblem.value = undefined;
    return;
  }
  const answer = await ask<List>(`/api/messages?${new URLSearchParams({ q, limit: String(KEPT) })}`);
  if ("value" in answer) found.value = answer.value.messages;
  queryProblem.value = "value" in answer ? undefined : answer.problem;
});

const KEPT = 500;

/** Reads everything about the message that is shown. */
export const loadDetail = oneAtATime(async () => {
  const id = shownId.value;
  if (id === undefined) return;
  const answer = await ask<Detail>(`/api/messages/${encodeURIComponent(id)}`);
  if (id !== shownId.value) return;
  isGone.value = "status" in answer && answer.status === 404;
  if ("value" in answer) detail.value = answer.value;
});

/** Reads what the gateway says of itself; one that says nothing is asked again after the next reconnection. */
export async function loadStatus(): Promise<void> {
  const answer = await ask<Status>("/api/status");
  status.value = "value" in answer ? answer.value : undefined;
}

/** Something changed: what is being read now may be from before. */
export function renewList(): void {
  if (loadList.isRunning()) void loadList();
}

interface Load {
  (): Promise<void>;
  isRunning(): boolean;
}

/** At most one run at a time; whatever is asked for meanwhile leads to one more, and all wait for the last. */
function oneAtATime(run: () => Promise<void>): Load {
  let running: Promise<void> | undefined;
  let again = false;
  const runAll = async () => {
    while (again) {
      again = false;
      await run();
    }
    running = undefined;
  };
  const load = () => {
    again = true;
    running ??= runAll();
    return running;
  };
  return Object.assign(load, { isRunning: () => running !== undefined });
}
