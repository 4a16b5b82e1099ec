import { describe, expect, test } from "vitest";
import { createMailbox, type MailboxOptions } from "../../src/inbox/mailbox.ts";
import type { E164 } from "../../src/sms/e164.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { arrive, capture, decision, message, rawRequest, settle } from "./events.ts";

const NUMBER = "+12025550143" as E164;
const stays = () => new AbortController().signal;

function setUp(bounds: Partial<MailboxOptions> = {}) {
  const clock = createVirtualClock();
  const mailbox = createMailbox({ clock, ...bounds });
  return { clock, mailbox, tell: mailbox.tell };
}

describe("the list", () => {
  test("shows a message at once, pending, and completes it when it settles", () => {
    const { mailbox, tell } = setUp();
    const sms = message();
    arrive(tell, sms, '{"a":1}');
    expect(mailbox.get(sms.id)).toMatchObject({
      outcome: "pending",
      decision: { route: "default" },
      request: { body: Buffer.from('{"a":1}'), size: 7 },
    });
    tell({ type: "attempted", message: sms, attempt: { provider: "a", skipped: "incapable", detail: "no" } });
    expect(mailbox.get(sms.id)?.attempts).toHaveLength(1);
    settle(tell, sms);
    expect(mailbox.list()).toMatchObject([
      { outcome: "captured", provider: "twilio-main", attempts: [{ provider: "twilio-main" }] },
    ]);
  });

  test("shows a repetition on the message it repeats and never as a message", () => {
    const { mailbox, tell } = setUp();
    const first = capture(tell);
    for (let round = 0; round < 30; round += 1) {
      const again = message({ receivedAt: 1_000 + round });
      arrive(tell, again);
      settle(tell, again, "duplicate", first);
    }
    expect(mailbox.list()).toHaveLength(1);
    expect(mailbox.list()[0]).toMatchObject({ message: { id: first.id }, outcome: "captured", repeatCount: 30 });
    expect(mailbox.list()[0]?.requestCount).toBe(31);
    expect(mailbox.list()[0]?.requests).toHaveLength(20);
    expect(mailbox.list()[0]?.requests.at(-1)).toMatchObject({ receivedAt: 1_029, outcome: "duplicate" });
  });

  test("keeps the newest 500 and drops what is older than a day", async () => {
    const { clock, mailbox, tell } = setUp();
    const all = Array.from({ length: 510 }, () => capture(tell));
    expect(mailbox.list()).toHaveLength(500);
    expect(mailbox.list()[0]?.message.id).toBe(all.at(-1)?.id);
    await clock.advance(23 * 3_600_000);
    capture(tell);
    await clock.advance(2 * 3_600_000);
    expect(mailbox.list()).toHaveLength(1);
  });

  test("makes room by dropping what has settled before what is under way", () => {
    const { mailbox, tell } = setUp({ maxMessages: 3 });
    const underWay = message();
    arrive(tell, underWay);
    for (let count = 0; count < 5; count += 1) capture(tell);
    expect(mailbox.get(underWay.id)).toBeDefined();
    expect(mailbox.list()).toHaveLength(3);
  });

  test.each([
    ["ASCII", "x".repeat(300_000)],
    ["three bytes a character", "€".repeat(100_000)],
    ["four bytes a character", "🔑".repeat(60_000)],
  ])("keeps 16 kB of a body and whole characters: %s", (_name, body) => {
    const { mailbox, tell } = setUp();
    const sms = message({ text: body });
    arrive(tell, sms, body);
    settle(tell, sms);
    const entry = mailbox.get(sms.id);
    expect(entry?.request).toMatchObject({ size: Buffer.byteLength(body) });
    expect(entry?.request?.body).toHaveLength(16_384);
    for (const kept of [entry?.message.text, entry?.decision?.text]) {
      expect(Buffer.byteLength(kept ?? "")).toBeGreaterThan(16_380);
      expect(Buffer.byteLength(kept ?? "")).toBeLessThanOrEqual(16_384);
      expect(body.startsWith(kept ?? "?")).toBe(true);
    }
    expect(entry?.clipped).toBe(true);
  });

  test("brings back a message that was deleted while it was under way", () => {
    const { mailbox, tell } = setUp();
    const sms = message();
    arrive(tell, sms);
    expect(mailbox.remove({})).toBe(1);
    settle(tell, sms);
    expect(mailbox.list()).toMatchObject([{ message: { id: sms.id }, outcome: "captured" }]);
    expect(mailbox.latestCode(NUMBER)?.message.id).toBe(sms.id);
  });

  test("deletes by number, by id and all", () => {
    const { mailbox, tell } = setUp();
    capture(tell);
    capture(tell);
    const other = capture(tell, { to: "+4915511234567" });
    expect(mailbox.remove({ to: NUMBER })).toBe(2);
    expect(mailbox.remove({ id: "msg_nobody" })).toBe(0);
    expect(mailbox.list()).toHaveLength(1);
    expect(mailbox.remove({ id: other.id })).toBe(1);
    expect(mailbox.list()).toEqual([]);
  });

  test("remembers the last 20 refused requests until everything is cleared", () => {
    const { mailbox, tell } = setUp();
    for (let status = 400; status < 425; status += 1) {
      tell({
        type: "refused",
        outcome: "invalid",
        status,
        reason: "wrong shape",
        request: rawRequest("x".repeat(20_000)),
      });
    }
    expect(mailbox.refusals()).toHaveLength(20);
    expect(mailbox.refusals()[0]).toMatchObject({ status: 424, reason: "wrong shape" });
    expect(mailbox.refusals()[0]?.request.body).toHaveLength(16_384);
    mailbox.remove({});
    expect(mailbox.refusals()).toEqual([]);
  });
});

describe("a wait", () => {
  const query = { to: NUMBER, consume: false };

  test("is answered the moment the phone has the code, not before", async () => {
    const { clock, mailbox, tell } = setUp();
    const waiting = mailbox.waitForCode(query, 10_000, stays());
    const sms = message();
    arrive(tell, sms);
    await clock.advance(5_000);
    expect(mailbox.waits().length).toBe(1);
    settle(tell, sms);
    expect(await waiting).toMatchObject({ outcome: "found", entry: { message: { id: sms.id } } });
    expect(mailbox.waits().length).toBe(0);
    expect(clock.sleepers()).toBe(0);
  });

  test.each(["duplicate", "suppressed", "rejected", "ambiguous", "failed", "shed"] as const)(
    "ignores what ended as %s",
    async (name) => {
      const { clock, mailbox, tell } = setUp();
      const waiting = mailbox.waitForCode(query, 1_000, stays());
      const sms = message();
      arrive(tell, sms);
      settle(tell, sms, name);
      await clock.advance(1_000);
      expect(await waiting).toEqual({ outcome: "timeout", cursor: mailbox.cursor() });
    },
  );

  test.each([
    ["another number", { to: "+4915511234567" }],
    ["another template", { template: "recovery_code_valid" }],
    ["no code", { code: "" }],
  ])("ignores a message with %s", async (_name, fields) => {
    const { clock, mailbox, tell } = setUp();
    const waiting = mailbox.waitForCode({ ...query, template: "login_code_valid" }, 1_000, stays());
    capture(tell, fields);
    await clock.advance(1_000);
    expect(await waiting).toMatchObject({ outcome: "timeout" });
  });

  test("finds by a cursor what settled after it, though it came before it, and each exactly once", async () => {
    const { mailbox, tell } = setUp();
    capture(tell, { code: "000000" });
    const slow = message({ code: "111111" });
    arrive(tell, slow);
    let since = mailbox.cursor();
    const fast = capture(tell, { code: "222222" });
    settle(tell, slow);
    settle(tell, message(), "duplicate", fast);
    const seen: (string | undefined)[] = [];
    for (let result = await mailbox.waitForCode({ ...query, since }, 0, stays()); result.outcome === "found"; ) {
      seen.push(result.entry.message.code?.value);
      since = result.entry.delivered ?? 0;
      result = await mailbox.waitForCode({ ...query, since }, 0, stays());
    }
    expect(seen).toEqual(["222222", "111111"]);
  });

  test("without a cursor takes the newest of the last 30 s, with 0 whatever there is", async () => {
    const { clock, mailbox, tell } = setUp();
    capture(tell, { code: "111111" });
    capture(tell, { code: "222222" });
    await clock.advance(30_000);
    expect(await mailbox.waitForCode(query, 0, stays())).toMatchObject({
      entry: { message: { code: { value: "222222" } } },
    });
    await clock.advance(1);
    expect(await mailbox.waitForCode(query, 0, stays())).toMatchObject({ outcome: "timeout" });
    expect(await mailbox.waitForCode({ ...query, since: 0 }, 0, stays())).toMatchObject({
      entry: { message: { code: { value: "222222" } } },
    });
  });

  test("that consumes is given a code that nobody else is given", async () => {
    const { mailbox, tell } = setUp();
    const consuming = { ...query, consume: true };
    const waits = [1, 2].map(() => mailbox.waitForCode(consuming, 10_000, stays()));
    const onlooker = mailbox.waitForCode(query, 10_000, stays());
    capture(tell, { code: "111111" });
    capture(tell, { code: "222222" });
    const codes = (await Promise.all([...waits, onlooker])).map((result) =>
      result.outcome === "found" ? result.entry.message.code?.value : result.outcome,
    );
    expect(codes).toEqual(["111111", "222222", "111111"]);
    expect(mailbox.latestCode(NUMBER)).toBeUndefined();
    expect(await mailbox.waitForCode({ ...query, since: 0 }, 0, stays())).toMatchObject({ outcome: "timeout" });
  });

  test("of somebody who left takes no code with it", async () => {
    const { clock, mailbox, tell } = setUp();
    const client = new AbortController();
    const waiting = mailbox.waitForCode({ ...query, consume: true }, 10_000, client.signal);
    client.abort();
    capture(tell);
    expect(await waiting).toMatchObject({ outcome: "timeout" });
    expect(mailbox.waits().length).toBe(0);
    expect(clock.sleepers()).toBe(0);
    expect(mailbox.latestCode(NUMBER)).toBeDefined();
  });

  test("is refused when as many are open as may be, and welcome again when one has ended", async () => {
    const { clock, mailbox } = setUp();
    const waits = Array.from({ length: 500 }, () => mailbox.waitForCode(query, 1_000, stays()));
    expect(await mailbox.waitForCode(query, 1_000, stays())).toEqual({ outcome: "full" });
    await clock.advance(1_000);
    await Promise.all(waits);
    const next = mailbox.waitForCode(query, 1_000, stays());
    expect(mailbox.waits().length).toBe(1);
    mailbox.close();
    expect(await next).toMatchObject({ outcome: "timeout" });
  });

  test("is answered though its message was pushed out while it was under way", async () => {
    const { mailbox, tell } = setUp({ maxMessages: 2 });
    const waiting = mailbox.waitForCode(query, 10_000, stays());
    const sms = message();
    arrive(tell, sms);
    for (let count = 0; count < 5; count += 1) arrive(tell, message({ to: "+4915511234567" }));
    expect(mailbox.get(sms.id)).toBeUndefined();
    settle(tell, sms);
    expect(await waiting).toMatchObject({ outcome: "found", entry: { message: { id: sms.id } } });
  });
});

test("a cursor from before a restart lies before everything of the process after it", async () => {
  const clock = createVirtualClock();
  const before = createMailbox({ clock });
  for (let count = 0; count < 100; count += 1) capture(before.tell);
  await clock.advance(1);
  const after = createMailbox({ clock });
  expect(after.cursor()).toBeGreaterThan(before.cursor());
  expect(after.changesAfter(before.cursor())).toMatchObject([{ type: "cleared" }]);
});

test("one who was away is told each changed message once, in order, and that something is gone", () => {
  const { mailbox, tell } = setUp();
  const seen = capture(tell);
  const gone = capture(tell);
  const since = mailbox.cursor();
  const later = capture(tell);
  mailbox.remove({ id: gone.id });
  tell({
    type: "settled",
    tag: "aTag",
    message: message(),
    decision: decision(seen),
    outcome: { name: "duplicate", messageId: seen.id, attempts: [] },
    durationMs: 1,
  });
  const told = mailbox
    .changesAfter(since)
    .map((change) => (change.type === "message" ? change.entry.message.id : change.type));
  expect(told).toEqual([later.id, "cleared", seen.id]);
});
