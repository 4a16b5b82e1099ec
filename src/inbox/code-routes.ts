import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { problem } from "../http/problem.ts";
import { consume, since, template, timeout, to } from "./api-parameters.ts";
import { codeSchema, cursorSchema, json, problemAnswer } from "./api-schemas.ts";
import { formatCursor } from "./cursor.ts";
import type { Mailbox } from "./mailbox.ts";
import { viewCode } from "./view.ts";

/** Hands codes to tests: what is asked for most. */
export function addCodeRoutes(app: OpenAPIHono, mailbox: Mailbox): void {
  app.openapi(waitRoute, async (c) => {
    const { timeout, since, ...query } = c.req.valid("query");
    // A cursor from the future belongs to another inbox: nothing would ever come after it.
    const from = since === undefined ? {} : { since: Math.min(since, mailbox.cursor()) };
    const result = await mailbox.waitForCode({ ...query, ...from }, timeout, c.req.raw.signal);
    switch (result.outcome) {
      case "found":
        return c.json(viewCode(result.entry), 200);
      case "timeout":
        return c.body(null, 204, { "X-Inbox-Cursor": formatCursor(result.cursor) });
      case "full":
        return problem(
          503,
          "Too many waits",
          "As many waits are open as the inbox allows; end some or ask again soon.",
        );
    }
  });
  app.openapi(latestRoute, (c) => {
    const entry = mailbox.latestCode(c.req.valid("query").to);
    return entry ? c.json(viewCode(entry), 200) : noCode();
  });
  app.openapi(cursorRoute, (c) => c.json({ cursor: formatCursor(mailbox.cursor()) }, 200));
}

const waitRoute = createRoute({
  method: "get",
  path: "/api/codes/wait",
  operationId: "waitForCode",
  summary: "The code for a number, waiting for it when it is not there yet",
  request: {
    query: z.strictObject({ to, since: since.optional(), template: template.optional(), timeout, consume }),
  },
  responses: {
    200: json(codeSchema, "The code"),
    204: {
      description: "No code came in time",
      headers: { "X-Inbox-Cursor": { schema: { type: "string" }, description: "Pass it as since to go on waiting" } },
    },
    400: problemAnswer("A parameter is wrong"),
    503: problemAnswer("Too many waits are open"),
  },
});

const latestRoute = createRoute({
  method: "get",
  path: "/api/codes/latest",
  operationId: "latestCode",
  summary: "The newest code for a number that no wait consumed",
  request: { query: z.strictObject({ to }) },
  responses: {
    200: json(codeSchema, "The code"),
    400: problemAnswer("A parameter is wrong"),
    404: problemAnswer("No code for this number"),
  },
});

const cursorRoute = createRoute({
  method: "get",
  path: "/api/cursor",
  operationId: "cursor",
  summary: "The present, to be taken before an action and passed as since afterwards",
  responses: { 200: json(cursorSchema, "The cursor") },
});

function noCode(): Response {
  return problem(404, "No code", "No phone with this number has a code here; GET /api/codes/wait waits for one.");
}
