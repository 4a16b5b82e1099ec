import { type Signal, signal } from "@preact/signals";
import { keep, recall } from "./browser.ts";

/** Auto follows the system. */
export type Theme = "auto" | "light" | "dark";

const THEMES: Theme[] = ["auto", "light", "dark"];

/** The colours. */
export const theme = signal<Theme>(THEMES.find((name) => name === recall("theme")) ?? "auto");

/** Numbers, texts and codes are unreadable for those who look over the shoulder. */
export const blurred = signal(recall("blurred") === "yes");

/** Keyboard shortcuts work. */
export const singleKeys = signal(recall("single-keys") !== "no");

/** With nothing opened, the newest message is shown beside the list. */
export const showsNewest = signal(recall("shows-newest") !== "no");

/** Takes the theme and shows it. */
export function setTheme(name: Theme): void {
  theme.value = name;
  keep("theme", name);
  document.documentElement.dataset["theme"] = name;
}

/** From one theme to the next. */
export function nextTheme(): Theme {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "auto";
  setTheme(next);
  return next;
}

/** Hides or shows what is private. */
export function setBlurred(on: boolean): void {
  set(blurred, "blurred", on);
  document.documentElement.classList.toggle("blurred", on);
}

/** Whether single keys do something. */
export const setSingleKeys = (on: boolean) => set(singleKeys, "single-keys", on);

/** Whether the newest message is shown by itself. */
export const setShowsNewest = (on: boolean) => set(showsNewest, "shows-newest", on);

function set(which: Signal<boolean>, name: string, on: boolean): void {
  which.value = on;
  keep(name, on ? "yes" : "no");
}
