import { isWide, listed, openedId, shownId, unseen } from "./state.ts";

/** Opens a message; on a narrow page the list makes room for it and gets its place back afterwards. */
export function open(id: string): void {
  rememberScroll();
  const method = openedId.value === undefined ? "pushState" : "replaceState";
  history[method]({ fromList: true }, "", `/m/${encodeURIComponent(id)}`);
  openedId.value = id;
  if (!isWide.value) focusSoon("#detail");
}

/** Back to the list, to the row that was open. */
export function close(): void {
  if (openedId.value === undefined) return;
  if (history.state?.fromList) {
    history.back();
    return;
  }
  history.replaceState(null, "", "/");
  followAddress();
}

/** Shows what the address says, at first and after the browser's own back and forward. */
export function followAddress(): void {
  const before = openedId.value;
  openedId.value = idInAddress();
  if (before !== undefined && openedId.value === undefined) {
    requestAnimationFrame(() => {
      document.getElementById("list")?.scrollTo({ top: scrolledTo });
      rowLink(before)?.focus({ preventScroll: !isWide.value });
    });
  }
}

function idInAddress(): string | undefined {
  const [, name] = /^\/m\/(.+)$/.exec(location.pathname) ?? [];
  try {
    return name && decodeURIComponent(name);
  } catch {
    // What nobody can have encoded names no message.
    return undefined;
  }
}

/** Takes the focus to the row after or before the one that has it. */
export function moveFocus(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("#list a.open")];
  const current = links.findIndex(
    (link) => link === document.activeElement || link.closest("li")?.contains(document.activeElement),
  );
  const from =
    current < 0
      ? listed.value.findIndex(({ id }) => id === shownId.value) - (by === 1 && openedId.value === undefined ? 1 : 0)
      : current;
  const next = links[Math.min(Math.max(from + by, 0), links.length - 1)];
  next?.focus();
}

/** Up to what came while the reader was further down. */
export function showUnseen(): void {
  unseen.value = 0;
  document.getElementById("list")?.scrollTo({ top: 0 });
}

let scrolledTo = 0;

function rememberScroll(): void {
  if (openedId.value === undefined || isWide.value) scrolledTo = document.getElementById("list")?.scrollTop ?? 0;
}

function rowLink(id: string): HTMLElement | null {
  return document.querySelector(`#list a.open[data-id="${CSS.escape(id)}"]`);
}

/** After the page has drawn itself anew. */
function focusSoon(selector: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}
