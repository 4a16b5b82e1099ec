import { html } from "hono/html";

/** What the search understands beside plain words: how it is written, and what it finds. */
export const SEARCH_HELP: readonly [written: string[], finds: string][] = [
  [["to:0143", "to:+49"], "numbers with these digits; with + from their start"],
  [["code:482"], "codes with these characters"],
  [["template:recovery"], "templates with this in their name"],
  [["status:503", "status:5xx"], "messages with a request that was answered so"],
  [["provider:twilio"], "what this account took, or would be asked"],
  [["country:DE"], "numbers of a country"],
  [["has:otp"], "messages with a code"],
  [["is:failed"], "an outcome, or pending, retrying, abandoned, superseded, consumed"],
  [["before:2026-11-21", "after:2026-11-21T12:04"], "what came then; UTC unless a zone is named"],
];

/** What the help says behind the keys, written by the server so that the page's script stays small. */
export function pageHelp(): ReturnType<typeof html> {
  return html`<p class="muted small">Always: arrows move in the list, Enter opens, Escape goes back to the row.</p>
<h3>Search</h3>
<p class="small">Words are looked for in text, number, template and code; all must be there.
<code>-</code> before one means without, <code>"quotes"</code> keep words together.</p>
<dl class="search-help">
${SEARCH_HELP.map(
  ([written, finds]) =>
    html`<div><dt>${written.map((example) => html`<code>${example}</code> `)}</dt><dd>${finds}</dd></div>`,
)}
</dl>`;
}
