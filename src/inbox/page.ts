import { readFileSync } from "node:fs";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import { packageFile } from "../values/package-file.ts";
import type { Entry } from "./entry.ts";
import type { Mailbox } from "./mailbox.ts";
import { pageHelp } from "./page-help.ts";

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

/** The page, the same for every message, and its own files. */
export function addPageRoutes(app: OpenAPIHono, mailbox: Mailbox, facts: PageFacts): void {
  for (const path of ["/", "/m/:id"]) {
    app.get(path, (c) => c.html(page(mailbox.list().slice(0, WITHOUT_SCRIPT), facts)));
  }
  for (const [name, contentType] of Object.entries(FILES)) {
    const content = readFileSync(new URL(name, BUNDLE), "utf8");
    app.get(`/${name}`, (c) => c.body(content, 200, { "Content-Type": contentType }));
  }
}

const BUNDLE = packageFile("dist/inbox/ui/");

const FILES = {
  "theme.js": "text/javascript; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
};

const WITHOUT_SCRIPT = 50;

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230b5fbf' d='M2 1h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H7l-4 4v-4H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1z'/%3E%3C/svg%3E";

function page(entries: Entry[], { mode, courierUrl, needsKey, pasteBlock }: PageFacts): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>SMS inbox</title>
<link rel="icon" href="${ICON}">
<script src="/theme.js"></script>
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>
</head>
<body>
<div id="app" data-facts="${JSON.stringify({ mode, courierUrl, needsKey, pasteBlock })}"></div>
<template id="checklist">${checklist()}</template>
<template id="help">${pageHelp()}</template>
<template id="chaos"><p>Answers Kratos late or with errors on purpose, to try what happens then. The first rule that matches a message applies; a restart forgets all.</p></template>
<template id="clear-warning"><p>Tests that wait for one of these codes will not get it any more. This cannot be undone.</p></template>
<noscript>${stripe(mode)}${entries.length > 0 ? table(entries) : setUp(courierUrl, pasteBlock)}</noscript>
</body>
</html>`;
}

function stripe(mode: PageFacts["mode"]): Html {
  const [first, rest] =
    mode === "dev"
      ? ["DEV MODE", "no SMS is sent"]
      : ["LIVE MODE", "SMS are really sent; what is for a person is hidden here"];
  return html`<div class="stripe"><p><strong>${first}</strong> ${rest}</p></div>`;
}

function setUp(courierUrl: string, pasteBlock: string): Html {
  return html`<h2>No message has come yet</h2>
<p>Kratos posts to <code>${courierUrl}</code>. This belongs into kratos.yml:</p>
<pre>${pasteBlock}</pre>
${checklist()}`;
}

/** Written here once for those with and without JavaScript. */
function checklist(): Html {
  return html`<ul class="checklist">
<li>What does <code>kratos-sms-gateway doctor kratos.yml</code> say? It names each mistake with its line.</li>
<li>Does Kratos' courier run? <code>kratos serve --watch-courier</code>, or <code>kratos courier watch</code> beside it.</li>
<li>Is the channel's id <code>sms</code>? Kratos knows no other.</li>
<li>Can Kratos reach the URL? Inside a container, <code>127.0.0.1</code> is that container.</li>
<li>Does the template make JSON? What it makes instead shows up here as a request that was turned away.</li>
<li>Does the identity schema send codes to the phone? The trait needs <code>"code": {"identifier": true, "via": "sms"}</code>.</li>
</ul>`;
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
