import { computed, signal } from "@preact/signals";
import { now } from "./browser.ts";
import { showsNewest } from "./settings.ts";
import { supersededIds, threadsOf } from "./threads.ts";
import type { Detail, Facts, Message, Refusal, Status } from "./wire.ts";

/** What the server wrote into the page. */
export const facts: Facts = JSON.parse(document.getElementById("app")?.dataset["facts"] ?? "{}");

/** Every message, newest first; undefined until the first list came. */
export const messages = signal<Message[] | undefined>(undefined);

/** What the search found; undefined while nothing is searched for. */
export const found = signal<Message[] | undefined>(undefined);

/** What was typed into the search box, and why it is not understood. */
export const query = signal("");
export const queryProblem = signal<string | undefined>(undefined);

/** Requests that never became messages, newest first. */
export const refusals = signal<Refusal[]>([]);

/** The message that the address names. */
export const openedId = signal<string | undefined>(undefined);

/** Everything known of the message that is shown; its id says whether it is still the right one. */
export const detail = signal<Detail | undefined>(undefined);

/** The message that is shown has gone. */
export const isGone = signal(false);

export const connection = signal<"connecting" | "connected" | "reconnecting" | "closed">("connecting");

/** While paused nothing moves; what happens meanwhile is counted. */
export const isPaused = signal(false);
export const heldBack = signal(0);

/** The messages that came a moment ago. */
export const fresh = new Set<string>();

/** What came while the reader was further down in the list. */
export const unseen = signal(0);

/** What the gateway says of itself; undefined where it does not say. */
export const status = signal<Status | undefined>(undefined);

/** The dialog that is open. */
export const dialog = signal<"clear" | "settings" | "chaos" | undefined>(undefined);

/** Ticks once a second. */
export const clock = signal(now());

/** Two panes fit beside each other. */
export const isWide = signal(true);

export const threads = computed(() => threadsOf(messages.value ?? []));
export const superseded = computed(() => supersededIds(messages.value ?? []));

/** What the list shows. */
export const listed = computed(() => found.value ?? messages.value ?? []);

/** The message whose detail is shown: the opened one, else beside the list the newest. */
export const shownId = computed(
  () => openedId.value ?? (isWide.value && showsNewest.value ? listed.value[0]?.id : undefined),
);

/** The message that is shown, as the list knows it. */
export const shown = computed(
  () =>
    messages.value?.find(({ id }) => id === shownId.value) ??
    (detail.value?.id === shownId.value ? detail.value : undefined),
);
