import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { problem } from "../http/problem.ts";
import type { Preview } from "../sms/payload.ts";
import { before, limit, search, to } from "./api-parameters.ts";
import { deletedSchema, json, messageDetailSchema, messageListSchema, problemAnswer } from "./api-schemas.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { insightOf } from "./insight.ts";
import type { Mailbox } from "./mailbox.ts";
import { viewDetail, viewMessage, viewRefusal } from "./view.ts";

/** Lists, shows and deletes messages. */
export function addMessageRoutes(app: OpenAPIHono, mailbox: Mailbox, preview?: Preview): void {
  app.openapi(listRoute, (c) => {
    const { q, limit, before } = c.req.valid("query");
    const from = before === undefined ? Number.POSITIVE_INFINITY : pageOf(before, mailbox);
    if (from === undefined) return unknownPage();
    const matching = mailbox.list().filter((entry) => entry.arrived < from && (q?.(entry) ?? true));
    const entries = matching.slice(0, limit);
    const page = entries.at(-1)?.arrived ?? (before === undefined ? mailbox.cursor() : from);
    const messages = entries.map(viewMessage);
    return c.json(
      { messages, cursor: formatCursor(mailbox.cursor(), page), refusals: mailbox.refusals().map(viewRefusal) },
      200,
    );
  });
  app.openapi(showRoute, async (c) => {
    const entry = mailbox.get(c.req.valid("param").id);
    return entry ? c.json({ ...viewDetail(entry), ...(await insightOf(entry, preview)) }, 200) : noSuchMessage();
  });
  app.openapi(bodyRoute, (c) => {
    const { message, request } = mailbox.get(c.req.valid("param").id) ?? {};
    if (!message || !request) return noSuchMessage();
    if (request.body.length < request.size) return tooLong();
    const headers = {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename="${message.id}.json"`,
    };
    return c.body(request.body, 200, headers);
  });
  app.openapi(deleteManyRoute, (c) => c.json({ deleted: mailbox.remove(c.req.valid("query")) }, 200));
  app.openapi(deleteOneRoute, (c) => c.json({ deleted: mailbox.remove(c.req.valid("param")) }, 200));
}

const listRoute = createRoute({
  method: "get",
  path: "/api/messages",
  operationId: "listMessages",
  summary: "The messages, newest first",
  request: { query: z.object({ q: search.optional(), limit, before: before.optional() }) },
  responses: { 200: json(messageListSchema, "The messages that match"), 400: problemAnswer("A parameter is wrong") },
});

const bytes = z.string().openapi({ format: "binary" });

const param = z.object({ id: z.string().openapi({ example: "msg_0123456789abcdef01234567" }) });

const showRoute = createRoute({
  method: "get",
  path: "/api/messages/{id}",
  operationId: "showMessage",
  summary: "One message with decision, attempts and the raw request",
  request: { params: param },
  responses: { 200: json(messageDetailSchema, "The message"), 404: problemAnswer("No such message") },
});

const bodyRoute = createRoute({
  method: "get",
  path: "/api/messages/{id}/body",
  operationId: "messageBody",
  summary: "The newest request's body, byte for byte as it came",
  request: { params: param },
  responses: {
    200: { description: "The bytes", content: { "application/octet-stream": { schema: bytes } } },
    404: problemAnswer("No such message, or more than the inbox keeps"),
  },
});

const deleteManyRoute = createRoute({
  method: "delete",
  path: "/api/messages",
  operationId: "deleteMessages",
  summary: "Deletes all messages, or those to one number",
  // A misspelled `to` must not delete everything.
  request: { query: z.strictObject({ to: to.optional() }) },
  responses: { 200: json(deletedSchema, "How many were deleted"), 400: problemAnswer("A parameter is wrong") },
});

const deleteOneRoute = createRoute({
  method: "delete",
  path: "/api/messages/{id}",
  operationId: "deleteMessage",
  summary: "Deletes one message",
  request: { params: param },
  responses: { 200: json(deletedSchema, "1, or 0 when it was not there") },
});

function pageOf(before: string, mailbox: Mailbox): number | undefined {
  return parseCursor(before)?.page ?? mailbox.get(before)?.arrived;
}

function unknownPage(): Response {
  const detail =
    "before: this is neither a cursor nor the id of a message that is still here; leave it out to start at the newest.";
  return problem(400, "Bad parameter", detail, { parameter: "before" });
}

function noSuchMessage(): Response {
  return problem(404, "No such message", "It was never here, was deleted, or made room for newer ones.");
}

function tooLong(): Response {
  return problem(404, "Not kept", "The body was longer than the inbox keeps: the message shows its beginning.");
}
