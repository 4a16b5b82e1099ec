import { announce } from "./announce.ts";
import { later } from "./browser.ts";
import { loadDetail, loadFound, loadList, loadStatus, renewList } from "./load.ts";
import { connection, fresh, heldBack, isPaused, messages, query, refusals, shownId, status, unseen } from "./state.ts";
import { upsert } from "./threads.ts";
import type { Chaos, Message, Refusal, Wait } from "./wire.ts";
import { spacedNumber, templateWords } from "./words.ts";

/** Follows what happens in the gateway for as long as the page is open. */
export function follow(): void {
  const events = new EventSource("/api/events");
  events.onopen = () => {
    connection.value = "connected";
    if (!isPaused.value) void loadList().then(loadDetail);
    void loadStatus();
  };
  events.onerror = () => {
    connection.value = events.readyState === EventSource.CLOSED ? "closed" : "reconnecting";
  };
  for (const [type, take] of Object.entries(TAKERS)) {
    events.addEventListener(type, ({ data }) => {
      if (isPaused.value) heldBack.value += type === "message" ? 1 : 0;
      else take(JSON.parse(data));
    });
  }
}

/** Stops the picture, or shows what came meanwhile. */
export function setPaused(on: boolean): void {
  isPaused.value = on;
  heldBack.value = 0;
  if (!on) void Promise.all([loadList().then(loadDetail), loadStatus()]);
}

// What an event holds is the API's word, parsed from JSON.
// biome-ignore lint/suspicious/noExplicitAny: JSON.parse knows no better.
const TAKERS: Record<string, (data: any) => void> = {
  message: takeMessage,
  attempt: ({ messageId }: { messageId: string }) => {
    if (messageId === shownId.value) void loadDetail();
  },
  cleared: () => void loadList().then(loadDetail),
  refused: (refusal: Refusal) => {
    renewList();
    refusals.value = [refusal, ...refusals.value].slice(0, 20);
    announce(`A request was turned away: ${refusal.status}`);
  },
  waits: ({ waits }: { waits: Wait[] }) => {
    if (status.value) status.value = { ...status.value, waits };
  },
  chaos: (chaos: Chaos) => {
    if (status.value) status.value = { ...status.value, chaos };
  },
};

function takeMessage(message: Message): void {
  renewList();
  const list = messages.value;
  // The first list is still to come and will have it.
  if (list === undefined) return;
  const isNew = !list.some(({ id }) => id === message.id);
  if (isNew) welcome(message);
  messages.value = upsert(list, message);
  if (query.value.trim() !== "") void loadFound();
  if (message.id === shownId.value) void loadDetail();
}

function welcome({ id, to, template }: Message): void {
  fresh.add(id);
  later(2_000, () => fresh.delete(id));
  announce(`SMS to ${spacedNumber(to)}: ${templateWords(template)}`);
  const list = document.getElementById("list");
  if (list !== null && list.scrollTop > 40) unseen.value += 1;
}
