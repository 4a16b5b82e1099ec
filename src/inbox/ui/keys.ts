import { copy, copyShownCode, deleteShown } from "./actions.ts";
import { notify } from "./announce.ts";
import { setPaused } from "./follow.ts";
import { close, moveFocus } from "./navigate.ts";
import { blurred, nextTheme, setBlurred, singleKeys } from "./settings.ts";
import { dialog, isPaused, shown } from "./state.ts";

/** What a single key does, in the order of the help. */
export const KEYS: { key: string; says: string; run: () => void }[] = [
  { key: "c", says: "copy the code", run: copyShownCode },
  { key: "u", says: "copy the number", run: copyNumber },
  { key: "j", says: "next message", run: () => moveFocus(1) },
  { key: "k", says: "message before", run: () => moveFocus(-1) },
  { key: "/", says: "search", run: () => document.getElementById("search")?.focus() },
  { key: "x", says: "delete the message", run: () => void deleteShown() },
  { key: "p", says: "pause or resume", run: () => setPaused(!isPaused.value) },
  { key: "b", says: "blur what is private", run: () => setBlurred(!blurred.value) },
  { key: "t", says: "change the theme", run: () => notify(`Theme: ${nextTheme()}`) },
  { key: "?", says: "this help", run: openSettings },
];

/** Listens to the keyboard for as long as the page is open. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.value !== undefined) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("input, textarea, select")) return leaveField(event, target);
    if (target.closest("#list") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      return moveFocus(event.key === "ArrowDown" ? 1 : -1);
    }
    if (event.key === "Escape") return close();
    const known = singleKeys.value ? KEYS.find(({ key }) => key === event.key) : undefined;
    if (known === undefined) return;
    event.preventDefault();
    known.run();
  });
}

function leaveField(event: KeyboardEvent, target: Element): void {
  if (event.key === "Escape" && target instanceof HTMLElement) target.blur();
}

function copyNumber(): void {
  const to = shown.value?.to;
  if (to !== undefined) void copy(to, "Number");
}

function openSettings(): void {
  dialog.value = "settings";
}
