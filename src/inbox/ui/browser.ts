/** What the page takes from the browser: time, storage, clipboard, network. Everything else gets it from here. */

/** Wall time in milliseconds. */
export const now = () => Date.now();

/** Runs once after a while; call the answer to stop it. */
export function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Runs every so often for as long as the page is open. */
export function every(ms: number, run: () => void): void {
  setInterval(run, ms);
}

/** What was kept under this name, or undefined where nothing was or nothing may be. */
export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a word over reloads, where the browser lets it. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Then it holds until the page is closed.
  }
}

const PREFIX = "sms-inbox.";

/** What the API said. */
export type Answer<T> = { value: T } | { problem: string; status: number };

/** Asks the API. */
export async function ask<T>(
  path: string,
  { method = "GET", body }: { method?: string; body?: unknown } = {},
): Promise<Answer<T>> {
  const json = { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  try {
    const response = await fetch(path, { method, ...(body !== undefined && json) });
    const value = await response.json();
    if (response.ok) return { value };
    return { problem: value.detail ?? `the answer was ${response.status}`, status: response.status };
  } catch {
    return { problem: "The gateway does not answer.", status: 0 };
  }
}

/** Puts a text into the clipboard, also where the page is no secure context and the modern way is missing. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "offscreen";
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    const focused = document.activeElement;
    area.select();
    document.execCommand("copy");
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
