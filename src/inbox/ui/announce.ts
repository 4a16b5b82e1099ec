import { signal } from "@preact/signals";
import { later } from "./browser.ts";

/** What a screen reader says next. */
export const announced = signal("");

/** What everybody sees for a moment. */
export const toast = signal("");

let sentences: string[] = [];
let isWaiting = false;

/** Lets a screen reader say it; what comes within two seconds is said at once. */
export function announce(sentence: string): void {
  sentences.push(sentence);
  if (isWaiting) return;
  isWaiting = true;
  later(2_000, () => {
    announced.value = sentences.slice(-3).join(". ");
    sentences = [];
    isWaiting = false;
  });
}

let hide = () => {};

/** Shows a short sentence and lets it be said. */
export function notify(sentence: string): void {
  hide();
  toast.value = sentence;
  hide = later(2_500, () => {
    toast.value = "";
  });
}
