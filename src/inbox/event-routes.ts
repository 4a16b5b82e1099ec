import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { problem } from "../http/problem.ts";
import type { Clock } from "../values/clock.ts";
import { problemAnswer } from "./api-schemas.ts";
import type { Change } from "./changes.ts";
import type { Chaos } from "./chaos.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import type { Mailbox } from "./mailbox.ts";
import { viewAttempt, viewMessage, viewRefusal, viewWait } from "./view.ts";

const MAX_STREAMS = 100;
const MAX_BEHIND = 2_000;
const COMMENT_EVERY_MS = 15_000;

/** Tells browsers and tools what happens while it happens. */
export function addEventRoutes(app: OpenAPIHono, mailbox: Mailbox, clock: Clock, chaos?: Chaos): void {
  app.openapi(eventsRoute, (c) => {
    if (mailbox.followers() >= MAX_STREAMS) {
      return problem(503, "Too many streams", "Close some pages or tools that follow the inbox.");
    }
    const lastId = parseCursor(c.req.header("last-event-id") ?? "")?.now;
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, (stream) => tellAll(stream, c, { mailbox, clock, lastId, chaos }));
  });
}

const eventsRoute = createRoute({
  method: "get",
  path: "/api/events",
  operationId: "events",
  summary:
    "Server-sent events: message (came or changed), attempt, cleared, refused, waits, chaos; resumes by Last-Event-ID. " +
    "What has no past, such as waits, is told by GET /api/status.",
  responses: {
    200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
    503: problemAnswer("Too many streams are open"),
  },
});

interface Following {
  mailbox: Mailbox;
  clock: Clock;
  lastId: number | undefined;
  chaos: Chaos | undefined;
}

async function tellAll(stream: SSEStreamingApi, c: Context, { mailbox, clock, ...since }: Following): Promise<void> {
  const queue = missed(mailbox, since);
  let wake = new AbortController();
  let ended = false;
  const following = new AbortController();
  const end = () => {
    ended = true;
    following.abort();
    wake.abort();
  };
  const unfollow = mailbox.follow((change) => {
    // One is enough: it tells of the waits that are open when it is written.
    if (change.type === "waits" && queue.at(-1)?.type === "waits") return;
    // A client that cannot keep up comes back with Last-Event-ID and is told the present, so that nothing is lost silently.
    if (change.type === "closed" || queue.push(change) > MAX_BEHIND) end();
    else wake.abort();
  });
  // At once, not when the loop gets there: it may be waiting for a client that never reads.
  const letGo = () => {
    unfollow();
    queue.length = 0;
    stream.abort();
  };
  if (ended) letGo();
  following.signal.addEventListener("abort", letGo);
  stream.onAbort(end);
  c.req.raw.signal.addEventListener("abort", end);
  // An id without data: one that comes back before the first event resumes from here.
  await stream.write(`retry: 1000\nid: ${formatCursor(since.lastId ?? mailbox.cursor())}\n\n`);
  while (!ended) {
    const change = queue.shift();
    if (change) {
      await stream.writeSSE(write(change, mailbox));
      continue;
    }
    wake = new AbortController();
    await clock.sleep(COMMENT_EVERY_MS, wake.signal);
    if (!wake.signal.aborted) await stream.write(": still here\n\n");
  }
  letGo();
}

function missed(mailbox: Mailbox, { lastId, chaos }: Pick<Following, "lastId" | "chaos">): Change[] {
  if (lastId === undefined) return [];
  const present: Change[] = chaos ? [{ type: "chaos", sequence: mailbox.cursor(), chaos: chaos.state() }] : [];
  return [...mailbox.changesAfter(lastId), ...present];
}

function write(change: Change, mailbox: Mailbox): { event: string; id: string; data: string } {
  return { event: change.type, id: formatCursor(change.sequence), data: JSON.stringify(dataOf(change, mailbox)) };
}

function dataOf(change: Change, mailbox: Mailbox): unknown {
  switch (change.type) {
    case "message":
      return viewMessage(change.entry);
    case "attempt":
      return { messageId: change.messageId, ...viewAttempt(change.attempt) };
    case "cleared":
      return { messageIds: change.messageIds };
    case "refused":
      return viewRefusal(change.refusal);
    case "waits":
      return { waits: mailbox.waits().map(viewWait) };
    case "chaos":
      return change.chaos;
    case "closed":
      return {};
  }
}
