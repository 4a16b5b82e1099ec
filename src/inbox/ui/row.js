import { element } from "./dom.js";

/** Icon and colour beside the word, never instead of it. */
const OUTCOMES = {
  pending: ["…", "muted"],
  captured: ["✓", "ok"],
  sent: ["✓", "ok"],
  duplicate: ["↻", "warn"],
  suppressed: ["⊘", "warn"],
  ambiguous: ["?", "warn"],
  rejected: ["✕", "error"],
  failed: ["✕", "error"],
  shed: ["✕", "error"],
};

const SOURCES = { "template-data": "template data", "autofill-line": "the autofill line", text: "the text" };

/** One message of the list. */
export function messageRow(message) {
  return element(
    "li",
    { data: { id: message.id, state: stateOf(message) } },
    element(
      "div",
      { className: "head" },
      element("time", { dateTime: message.receivedAt, title: message.receivedAt }, clockTime(message.receivedAt)),
      element("span", { className: "to" }, message.to),
      element("span", { className: "country muted" }, message.country),
      element("span", { className: "template", title: message.template }, templateWords(message.template)),
      outcomeBadge(message.outcome),
    ),
    message.code === undefined ? "" : codeLine(message),
    element("p", { className: "text", dir: "auto" }, message.text),
    element("p", { className: "facts muted" }, facts(message)),
    lazyDetails("Why this route", "route", message.id),
    lazyDetails("Raw request", "request", message.id),
  );
}

/** What a row depends on: when it is the same, the row need not be made again. */
export function stateOf({ outcome, repeatCount, consumed, provider, segments }) {
  return [outcome, repeatCount, consumed, provider, segments?.count].join();
}

/** `login_code_valid` in words. */
export function templateWords(template) {
  const words = template.replace(/_valid$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The time of day where the reader sits. */
export function clockTime(iso) {
  return new Date(iso).toLocaleTimeString([], { hour12: false });
}

/** Summary and content of a part that is fetched when it is opened. */
function lazyDetails(title, part, id) {
  return element(
    "details",
    { data: { part, id } },
    element("summary", {}, title),
    element("div", { className: "part" }),
  );
}

function outcomeBadge(outcome) {
  const [icon, colour] = OUTCOMES[outcome] ?? ["?", "warn"];
  return element(
    "span",
    { className: `outcome ${colour}` },
    element("span", { className: "icon", ariaHidden: "true" }, icon),
    outcome,
  );
}

function codeLine({ code, id, template }) {
  const groups = groupsOf(code).map((group) => element("span", {}, group));
  const label = `Copy the code of ${templateWords(template)}`;
  return element(
    "div",
    { className: "codeline" },
    element("strong", { className: "code" }, ...groups),
    element("button", { type: "button", data: { code, for: id }, ariaLabel: label }, "Copy"),
  );
}

/** Six digits read best as three and three; the gap is drawn, so that a selection copies none. */
function groupsOf(code) {
  const size = { 6: 3, 7: 4, 8: 4, 9: 3, 10: 5 }[code.length];
  return size === undefined || !/^[0-9A-Za-z]+$/.test(code) ? [code] : code.match(new RegExp(`.{1,${size}}`, "g"));
}

function facts({ segments, provider, sender, codeSource, reason, repeatCount, consumed, truncated }) {
  const parts = [
    segments && `${segments.count} ${segments.count === 1 ? "segment" : "segments"} ${segments.encoding}`,
    provider && `${provider}${sender ? ` as ${sender}` : ""}`,
    codeSource && `code from ${SOURCES[codeSource]}`,
    reason,
    repeatCount > 0 && `asked for ${repeatCount + 1} times`,
    consumed && "taken by a test",
    truncated && "shortened",
  ];
  return parts.filter(Boolean).join(" · ");
}
