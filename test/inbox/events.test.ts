import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { arrive, capture, message, rawRequest, settle } from "./events.ts";
import { type ServedInbox, serveInbox } from "./serving.ts";

const clock = createVirtualClock();
const open: ServedInbox[] = [];
afterEach(async () => {
  for (const inbox of open.splice(0)) await inbox.close();
});

async function setUp(): Promise<ServedInbox> {
  const inbox = await serveInbox({ clock });
  open.push(inbox);
  return inbox;
}

interface Told {
  event?: string;
  id?: string;
  data?: Record<string, unknown>;
  comment?: string;
}

/** Reads a stream block by block. */
async function follow(inbox: ServedInbox, lastEventId?: string) {
  const leave = new AbortController();
  const headers = lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId };
  const response = await fetch(`${inbox.url}/api/events`, { headers, signal: leave.signal });
  const blocks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = "";
  const next = async (): Promise<Told | "end"> => {
    for (;;) {
      const end = buffered.indexOf("\n\n");
      if (end >= 0) {
        const block = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        return parse(block);
      }
      const chunk = await blocks?.read();
      if (chunk?.value === undefined) return "end";
      buffered += chunk.value;
    }
  };
  return { response, next, leave: () => leave.abort() };
}

function parse(block: string): Told {
  const told: Told = {};
  for (const line of block.split("\n")) {
    const [, name, value] = /^(\w*): ?(.*)$/.exec(line) ?? [];
    if (name === "") told.comment = value ?? "";
    if (name === "event" || name === "id") told[name] = value ?? "";
    if (name === "data") told.data = JSON.parse(value ?? "");
  }
  return told;
}

test("tells message, attempt, refused and cleared, in order and with rising ids", async () => {
  const inbox = await setUp();
  const { tell } = inbox.mailbox;
  const stream = await follow(inbox);
  expect(stream.response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
  expect(stream.response.headers.get("cache-control")).toBe("no-store");
  const start = await stream.next();
  const sms = message();
  arrive(tell, sms);
  expect(await stream.next()).toMatchObject({ event: "message", data: { id: sms.id, outcome: "pending" } });
  tell({
    type: "attempted",
    message: sms,
    attempt: { provider: "a", attemptId: "1", startedAt: 0, result: { outcome: "captured" }, durationMs: 2 },
  });
  expect(await stream.next()).toMatchObject({
    event: "attempt",
    data: { messageId: sms.id, provider: "a", outcome: "captured" },
  });
  settle(tell, sms);
  const settled = await stream.next();
  expect(settled).toMatchObject({ event: "message", data: { id: sms.id, outcome: "captured", code: "482913" } });
  tell({ type: "refused", outcome: "invalid", status: 400, reason: "wrong shape", request: rawRequest() });
  expect(await stream.next()).toMatchObject({ event: "refused", data: { status: 400 } });
  inbox.mailbox.remove({});
  const cleared = await stream.next();
  expect(cleared).toMatchObject({ event: "cleared", data: { messageIds: [sms.id] } });
  const ids = [start, settled, cleared].map((told) => (told === "end" ? 0 : Number(told.id)));
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  stream.leave();
});

test("tells of the waits that are open when one begins and when it ends", async () => {
  const inbox = await setUp();
  const stream = await follow(inbox);
  await stream.next();
  const leave = new AbortController();
  const query = { to: message().to, template: "login_code_valid", consume: false };
  const waiting = inbox.mailbox.waitForCode(query, 10_000, leave.signal);
  const wait = { to: "+12025550143", template: "login_code_valid", timeoutMs: 10_000 };
  expect(await stream.next()).toMatchObject({ event: "waits", data: { waits: [wait] } });
  leave.abort();
  await waiting;
  expect(await stream.next()).toMatchObject({ event: "waits", data: { waits: [] } });
  stream.leave();
});

test("resumes after the last event that was seen: each missed message once, in its present state", async () => {
  const inbox = await setUp();
  const { tell } = inbox.mailbox;
  const stream = await follow(inbox);
  await stream.next();
  const pending = message();
  arrive(tell, pending);
  const seen = await stream.next();
  stream.leave();
  settle(tell, pending);
  const missed = capture(tell);
  const resumed = await follow(inbox, seen === "end" ? "" : seen.id);
  await resumed.next();
  expect(await resumed.next()).toMatchObject({ event: "message", data: { id: pending.id, outcome: "captured" } });
  const last = await resumed.next();
  expect(last).toMatchObject({ event: "message", data: { id: missed.id } });
  const live = capture(tell);
  expect(await resumed.next()).toMatchObject({ data: { id: live.id } });
  resumed.leave();
  const nothingMissed = await follow(inbox, last === "end" ? "" : String(inbox.mailbox.cursor()));
  await nothingMissed.next();
  const next = capture(tell);
  expect(await nothingMissed.next()).toMatchObject({ data: { id: next.id } });
  nothingMissed.leave();
});

test("resumes from the first id, which comes without an event", async () => {
  const inbox = await setUp();
  const stream = await follow(inbox);
  const start = await stream.next();
  expect(start).toEqual({ id: String(inbox.mailbox.cursor()) });
  stream.leave();
  const missed = capture(inbox.mailbox.tell);
  const resumed = await follow(inbox, start === "end" ? "" : start.id);
  await resumed.next();
  expect(await resumed.next()).toMatchObject({ data: { id: missed.id } });
  resumed.leave();
});

test("says every 15 s that it is still there", async () => {
  const inbox = await setUp();
  const stream = await follow(inbox);
  await stream.next();
  for (let round = 0; round < 2; round += 1) {
    while (clock.sleepers() === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(15_000);
    expect(await stream.next()).toEqual({ comment: "still here" });
  }
  stream.leave();
});

test("a stream that was left is forgotten, and closing the mailbox ends the others", async () => {
  const inbox = await setUp();
  const left = await follow(inbox);
  await left.next();
  const staying = await follow(inbox);
  await staying.next();
  while (clock.sleepers() < 2) await new Promise((resolve) => setImmediate(resolve));
  left.leave();
  while (clock.sleepers() > 1) await new Promise((resolve) => setImmediate(resolve));
  expect(inbox.mailbox.followers()).toBe(1);
  inbox.mailbox.close();
  expect(await staying.next()).toBe("end");
  expect({ sleepers: clock.sleepers(), followers: inbox.mailbox.followers() }).toEqual({ sleepers: 0, followers: 0 });
});

test("the hundred-and-first stream is refused, and welcome when one has left", async () => {
  const inbox = await setUp();
  const streams = await Promise.all(Array.from({ length: 100 }, () => follow(inbox)));
  expect((await fetch(`${inbox.url}/api/events`)).status).toBe(503);
  while (clock.sleepers() < 100) await new Promise((resolve) => setImmediate(resolve));
  streams[0]?.leave();
  while (clock.sleepers() > 99) await new Promise((resolve) => setImmediate(resolve));
  const next = await follow(inbox);
  expect(next.response.status).toBe(200);
  for (const stream of [...streams, next]) stream.leave();
});

test("a client that never reads is let go, so that nothing piles up for it", async () => {
  const inbox = await setUp();
  const { hostname, port } = new URL(inbox.url);
  const socket = connect(Number(port), hostname);
  socket.write("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(socket, "data");
  socket.pause();
  expect(inbox.mailbox.followers()).toBe(1);
  for (let index = 0; index < 3_000 && inbox.mailbox.followers() > 0; index++) {
    capture(inbox.mailbox.tell, { id: `msg_${index}`, text: "x".repeat(10_000) });
    if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(inbox.mailbox.followers()).toBe(0);
  socket.destroy();
});
