import { readFileSync } from "node:fs";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import type { Entry } from "./entry.ts";
import type { Mailbox } from "./mailbox.ts";

/** What the page says about the gateway beside it. */
export interface PageFacts {
  mode: "dev" | "live";
  /** Where Kratos posts to. */
  courierUrl: string;
  /** The gateway wants an API key. */
  needsKey: boolean;
  /** What belongs into kratos.yml. */
  pasteBlock: string;
}

type Html = ReturnType<typeof html>;

/** The page and its own files. */
export function addPageRoutes(app: OpenAPIHono, mailbox: Mailbox, facts: PageFacts): void {
  app.get("/", (c) => c.html(page(mailbox.list().slice(0, WITHOUT_SCRIPT), facts)));
  for (const [name, contentType] of Object.entries(FILES)) {
    const content = readFileSync(new URL(`./ui/${name}`, import.meta.url), "utf8");
    app.get(`/${name}`, (c) => c.body(content, 200, { "Content-Type": contentType }));
  }
}

const FILES = {
  "page.js": "text/javascript; charset=utf-8",
  "row.js": "text/javascript; charset=utf-8",
  "parts.js": "text/javascript; charset=utf-8",
  "dom.js": "text/javascript; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "messages.css": "text/css; charset=utf-8",
  "guide.css": "text/css; charset=utf-8",
};

const WITHOUT_SCRIPT = 50;

function page(entries: Entry[], facts: PageFacts): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>SMS inbox</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230b5fbf' d='M2 1h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H7l-4 4v-4H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1z'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/page.css">
<link rel="stylesheet" href="/messages.css">
<link rel="stylesheet" href="/guide.css">
<script type="module" src="/page.js"></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>
</head>
<body>
${banner(facts)}
<header>
  <h1>SMS inbox</h1>
  <span id="state" class="state">connecting</span>
  <input id="search" type="search" aria-label="Search" placeholder="Search: to: code: is:failed …" autocomplete="off" spellcheck="false">
  <button id="clear" type="button">Clear</button>
</header>
<main>
  <details id="refusals" class="refusals" hidden><summary></summary><ol></ol></details>
  <p id="nothing" class="muted" hidden>No message matches the search.</p>
  <ol id="messages" class="messages" aria-label="Messages, newest first"></ol>
  ${guide(entries.length > 0, facts)}
  <noscript>${table(entries)}</noscript>
</main>
<footer class="muted"><span><kbd>c</kbd> copies the newest code</span> <span><kbd>/</kbd> searches</span> <a href="/openapi.json">API</a></footer>
<div id="status" class="hidden" role="status"></div>
</body>
</html>`;
}

function banner({ mode, courierUrl }: PageFacts): Html {
  const [first, rest] =
    mode === "dev"
      ? ["DEV MODE", "no SMS is sent"]
      : ["LIVE MODE", "SMS are really sent; what is for a person is hidden here"];
  return html`<div class="stripe"><p><strong>${first}</strong>: ${rest}</p></div>
<div class="webhook"><span class="muted">Webhook for Kratos</span> <code id="webhook">${courierUrl}</code> ${copyButton("webhook", "the webhook URL")}</div>`;
}

function guide(hidden: boolean, facts: PageFacts): Html {
  return html`<section id="guide" class="guide" ${hidden ? "hidden" : ""}>
  <h2>No message has come yet</h2>
  <p>As soon as Kratos sends one, it appears here by itself.</p>
  <h3>1. Paste this into <code>kratos.yml</code></h3>
  <div class="snippet"><pre id="block" tabindex="0">${facts.pasteBlock}</pre>${copyButton("block", "the block for kratos.yml")}</div>
  <h3>2. Try it without Kratos</h3>
  <div class="snippet"><pre id="curl" tabindex="0">${curl(facts)}</pre>${copyButton("curl", "the curl line")}</div>
  <h3>3. Still nothing?</h3>
  <ul>
    <li>Kratos' courier must run: <code>kratos serve --watch-courier</code>, or <code>kratos courier watch</code> beside it.</li>
    <li>The channel's id must be <code>sms</code>.</li>
    <li>The URL must be reachable from where Kratos runs: inside a container, <code>127.0.0.1</code> is that container.</li>
    <li>The identity schema must send codes to the phone: <code>"code": {"identifier": true, "via": "sms"}</code> on the trait.</li>
  </ul>
</section>`;
}

function curl({ courierUrl, needsKey }: PageFacts): string {
  const key = needsKey ? ` \\\n  -H "Authorization: Bearer $GATEWAY_API_KEY"` : "";
  const body = `{"to": "+12025550143", "body": "Your login code is: 482913"}`;
  return `curl -i ${courierUrl} \\\n  -H 'Content-Type: application/json'${key} \\\n  -d '${body}'`;
}

function copyButton(target: string, what: string): Html {
  return html`<button type="button" data-copy="${target}" aria-label="Copy ${what}">Copy</button>`;
}

function table(entries: Entry[]): Html {
  return html`<table>
<caption>The newest messages; with JavaScript this page shows more</caption>
<tr><th>Time (UTC)</th><th>To</th><th>Template</th><th>Code</th><th>Text</th><th>Outcome</th></tr>
${entries.map(
  ({ message: { receivedAt, to, template, code, text }, outcome }) => html`<tr>
<td>${new Date(receivedAt).toISOString().slice(11, 19)}</td><td>${to}</td><td>${template}</td><td><code>${code?.value ?? ""}</code></td><td dir="auto">${text}</td><td>${outcome}</td>
</tr>`,
)}
</table>`;
}
