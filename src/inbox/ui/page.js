import { announce, confirmOn, copyText, element } from "./dom.js";
import { PARTS, requestPart } from "./parts.js";
import { clockTime, messageRow, stateOf, templateWords } from "./row.js";

const messages = document.getElementById("messages");
const refusals = document.getElementById("refusals");
const search = document.getElementById("search");
const state = document.getElementById("state");

/** At most one refresh runs; whatever happens meanwhile leads to one more. */
let refreshing = false;
let again = false;

async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  do {
    again = false;
    await showList().catch(() => setState("reconnecting", "warn"));
  } while (again);
  refreshing = false;
}

async function showList() {
  const q = search.value.trim();
  const response = await fetch(`/api/messages?${new URLSearchParams({ limit: "100", q })}`);
  const list = await response.json();
  search.setCustomValidity(response.ok ? "" : list.detail);
  search.title = response.ok ? "" : list.detail;
  if (!response.ok) return;
  showMessages(list.messages);
  showRefusals(list.refusals);
  document.getElementById("guide").hidden = list.messages.length > 0 || q !== "";
  document.getElementById("nothing").hidden = list.messages.length > 0 || q === "";
}

/** Keeps the rows that are as they were, so that what is open stays open and what has the focus keeps it. */
function showMessages(list) {
  const known = new Map([...messages.children].map((row) => [row.dataset.id, row]));
  const isFirst = !messages.dataset.shown;
  messages.dataset.shown = "yes";
  const rows = list.map((message) => {
    const row = known.get(message.id);
    if (!row) return freshRow(message, isFirst);
    return row.dataset.state === stateOf(message) ? row : changedRow(row, message);
  });
  for (const row of [...messages.children]) if (!rows.includes(row)) row.remove();
  rows.forEach((row, index) => {
    if (messages.children[index] !== row) messages.insertBefore(row, messages.children[index] ?? null);
  });
}

function freshRow(message, isFirst) {
  const row = messageRow(message);
  if (isFirst) return row;
  row.classList.add("fresh");
  announce(`SMS to ${message.to}: ${templateWords(message.template)}`);
  return row;
}

function changedRow(row, message) {
  const next = messageRow(message);
  const focused = row.contains(document.activeElement) ? document.activeElement.dataset.for : undefined;
  const open = [...row.querySelectorAll("details[open]")].map((details) => details.dataset.part);
  if (row.classList.contains("fresh")) next.classList.add("fresh");
  row.replaceWith(next);
  for (const part of open) next.querySelector(`details[data-part=${part}]`).open = true;
  if (focused) next.querySelector("button[data-code]")?.focus();
  return next;
}

function showRefusals(list) {
  refusals.hidden = list.length === 0;
  if (list.length === 0) return;
  const [{ at, status, reason }] = list;
  const many = list.length === 1 ? "A request was turned away" : `${list.length} requests were turned away, the last`;
  refusals.firstElementChild.textContent = `${many} at ${clockTime(at)}: ${status}, ${reason}`;
  const items = list.map((refusal) => {
    const { at, status, outcome, reason, request } = refusal;
    return element("li", {}, `${clockTime(at)} ${status} ${outcome}: ${reason}`, requestPart(request));
  });
  refusals.lastElementChild.replaceChildren(...items);
}

async function fillPart(details) {
  const { id, part } = details.dataset;
  const response = await fetch(`/api/messages/${encodeURIComponent(id)}`);
  if (response.ok) details.lastElementChild.replaceChildren(...PARTS[part](await response.json()));
}

async function copyCode(button) {
  await copyText(button.dataset.code);
  confirmOn(button);
  announce("Code copied");
}

function setState(word, colour) {
  state.textContent = word;
  state.className = `state ${colour}`;
}

function follow() {
  const events = new EventSource("/api/events");
  events.onopen = () => {
    setState("live", "ok");
    void refresh();
  };
  events.onerror = () => {
    const closed = events.readyState === EventSource.CLOSED;
    setState(closed ? "disconnected, reload the page" : "reconnecting", "warn");
  };
  for (const type of ["message", "cleared", "refused"]) events.addEventListener(type, refresh);
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if (button.dataset.code) await copyCode(button);
  if (button.dataset.copy) {
    await copyText(document.getElementById(button.dataset.copy).textContent);
    confirmOn(button);
  }
  if (button.id === "clear") {
    await fetch("/api/messages", { method: "DELETE" });
    await refresh();
  }
});

document.addEventListener("keydown", async (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea")) return;
  if (event.key === "c") {
    const newest = messages.querySelector("button[data-code]");
    if (newest) await copyCode(newest);
  }
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
  }
});

messages.addEventListener("toggle", ({ target }) => target.open && fillPart(target), { capture: true });
search.addEventListener("input", refresh);
follow();
