import type { Caller } from "./call.ts";
import type { InboxEvent } from "./inbox-types.ts";

/** Where a stream of events starts and how it is ended. */
export interface EventsOptions {
  /** The id of the last event seen: whatever came after it is told first. */
  lastEventId?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Follows the inbox on one connection, until the inbox ends it.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* followEvents(call: Caller, options: EventsOptions = {}): AsyncGenerator<InboxEvent, void> {
  const { lastEventId, signal } = options;
  const headers = { Accept: "text/event-stream", ...(lastEventId !== undefined && { "Last-Event-ID": lastEventId }) };
  const answer = await call({ path: "/api/events", headers, withinMs: 0, signal });
  for await (const block of blocks(answer)) {
    const event = readEvent(block);
    if (event) yield event;
  }
}

async function* blocks(answer: Response): AsyncGenerator<string, void> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      const complete = (rest + part.value).split("\n\n");
      rest = complete.pop() ?? "";
      yield* complete;
    }
  } finally {
    // Whoever breaks out of the loop hangs up; a connection that is broken already cannot.
    await reader?.cancel().catch(() => {});
  }
}

/** An event from lines such as `event: message`, `id: 17`, `data: {…}`; undefined for a mere comment. */
function readEvent(block: string): InboxEvent | undefined {
  const fields = new Map(block.split("\n").map(readField));
  const id = fields.get("id");
  if (id === undefined) return undefined;
  const type = fields.get("event");
  if (type === undefined) return { type: "opened", id };
  return { type, id, data: JSON.parse(fields.get("data") ?? "null") } as InboxEvent;
}

function readField(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}
