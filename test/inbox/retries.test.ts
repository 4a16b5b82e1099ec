import { describe, expect, test } from "vitest";
import { createMailbox } from "../../src/inbox/mailbox.ts";
import { retryOf } from "../../src/inbox/request-record.ts";
import type { Message } from "../../src/sms/message.ts";
import type { OutcomeName } from "../../src/sms/outcome.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { arrive, message, settle } from "./events.ts";

const ANSWERS: Partial<Record<OutcomeName, number>> = { failed: 503, shed: 503 };

/** A gateway that is asked for one message again and again, a second apart unless told. */
function setUp() {
  const clock = createVirtualClock();
  const mailbox = createMailbox({ clock });
  const { tell } = mailbox;
  const first = message();
  let previous = first;
  const ask = async (name?: OutcomeName, { of = first, answered = true, afterMs = 1_000 } = {}) => {
    await clock.advance(afterMs);
    const fresh = message();
    const sms: Message = { ...of, id: mailbox.get(of.id) ? fresh.id : of.id, receivedAt: clock.wallMs() };
    arrive(tell, sms);
    if (name === undefined) return sms;
    settle(tell, sms, name, name === "duplicate" ? previous : sms);
    if (name !== "duplicate") previous = sms;
    const answer = { status: ANSWERS[name] ?? 200, headers: { "x-outcome": name }, body: "" };
    tell({ type: "answered", message: sms, ...(answered && { answer }) });
    return sms;
  };
  const only = () => {
    const [entry, ...others] = mailbox.list();
    if (!entry || others.length > 0) throw new Error(`${others.length + 1} messages`);
    return entry;
  };
  return { clock, mailbox, tell, first, ask, only, retry: () => retryOf(only()) };
}

describe("a message that is asked for again after an error", () => {
  test("stays one message, with one record for each request", async () => {
    const { ask, only, mailbox } = setUp();
    const asked = [await ask("failed"), await ask("shed"), await ask("captured")];
    expect(only()).toMatchObject({
      outcome: "captured",
      requestCount: 3,
      repeatCount: 0,
      delivered: expect.anything(),
    });
    expect(only().requests).toMatchObject([
      { id: asked[0]?.id, outcome: "failed", status: 503, durationMs: 5 },
      { id: asked[1]?.id, outcome: "shed", status: 503 },
      { id: asked[2]?.id, outcome: "captured", status: 200 },
    ]);
    for (const { id } of asked) expect(mailbox.get(id)).toBe(only());
  });

  test("is known by its first id and those of its newest twenty requests", async () => {
    const { ask, mailbox, only, first } = setUp();
    await ask("captured");
    const ids: string[] = [];
    for (let count = 0; count < 25; count += 1) ids.push((await ask("duplicate")).id);
    expect(only()).toMatchObject({ requestCount: 26, requests: { length: 20 } });
    expect(mailbox.get(first.id)).toBe(only());
    expect(ids.map((id) => mailbox.get(id) === only())).toEqual([...Array(5).fill(false), ...Array(20).fill(true)]);
    mailbox.remove({ id: first.id });
    expect([first.id, ...ids].filter((id) => mailbox.get(id))).toEqual([]);
  });

  test("says which attempt of six it is", async () => {
    const { ask, retry } = setUp();
    await ask("failed");
    expect(retry()).toEqual({ number: 1, of: 6, state: "retrying" });
    await ask();
    expect(retry()).toEqual({ number: 2, of: 6, state: "retrying" });
  });

  test("is done with the first answer that is no error", async () => {
    const { ask, retry } = setUp();
    for (const name of ["failed", "failed", "captured", "duplicate"] as const) await ask(name);
    expect(retry()).toEqual({ number: 3, of: 6, state: "done" });
  });

  test("is abandoned after the sixth error, as Kratos does unless told, and after thirty more, as our block tells it", async () => {
    const { ask, retry } = setUp();
    const seen: (string | undefined)[] = [];
    for (let count = 1; count <= 31; count += 1) {
      await ask("failed");
      seen.push(retry()?.state);
    }
    const retrying = (count: number) => Array(count).fill("retrying");
    expect(seen).toEqual([...retrying(5), "abandoned", ...retrying(24), "abandoned"]);
    expect(retry()).toMatchObject({ number: 31, of: 31 });
  });

  test("is abandoned after fifteen seconds of silence, which everybody is told", async () => {
    const { ask, retry, clock, mailbox } = setUp();
    await ask("failed");
    await ask("failed", { afterMs: 14_999 });
    const told: string[] = [];
    mailbox.follow(({ type }) => told.push(type));
    await clock.advance(14_999);
    expect({ told, retry: retry() }).toEqual({ told: [], retry: { number: 2, of: 6, state: "retrying" } });
    await clock.advance(1);
    expect({ told, retry: retry() }).toEqual({ told: ["message"], retry: { number: 2, of: 6, state: "abandoned" } });
    expect(clock.sleepers()).toBe(0);
    await ask();
    expect(retry()).toEqual({ number: 3, of: 6, state: "retrying" });
  });

  test("counts by the status that was answered, whatever became of the message", async () => {
    const { first, tell, retry, ask } = setUp();
    await ask("captured");
    tell({ type: "answered", message: first, answer: { status: 500, headers: {}, body: "" } });
    expect(retry()).toEqual({ number: 1, of: 6, state: "retrying" });
  });

  test("is a new message once Kratos has given it up", async () => {
    const { ask, mailbox } = setUp();
    for (let count = 1; count <= 6; count += 1) await ask("failed");
    await ask("failed", { afterMs: 20_000 });
    expect(mailbox.list().map(({ requestCount }) => requestCount)).toEqual([1, 6]);
  });

  test("waits for nothing once it is gone or the inbox has closed", async () => {
    const { ask, mailbox, clock } = setUp();
    await ask("failed");
    mailbox.remove({});
    await clock.advance(15_000);
    expect({ sleepers: clock.sleepers(), list: mailbox.list() }).toEqual({ sleepers: 0, list: [] });
    await ask("failed");
    mailbox.close();
    expect(clock.sleepers()).toBe(0);
  });
});

describe("the same text once more", () => {
  const consuming = { to: message().to, consume: true };
  const stays = () => new AbortController().signal;

  test("from a caller who had the answer is on the phone again: a test with a fixed text gets its code each time", async () => {
    const { ask, mailbox, only } = setUp();
    await ask("captured");
    for (let round = 1; round <= 3; round += 1) {
      const since = mailbox.cursor();
      const waiting = mailbox.waitForCode({ ...consuming, since }, 5_000, stays());
      await ask("duplicate");
      expect(await waiting).toMatchObject({ outcome: "found", entry: { message: { code: { value: "482913" } } } });
      expect(only()).toMatchObject({ requestCount: round + 1, repeatCount: round, taken: true });
    }
  });

  test("from a caller who never had the answer hands no code out a second time", async () => {
    const { ask, mailbox, only } = setUp();
    await ask("captured", { answered: false });
    expect(await mailbox.waitForCode(consuming, 0, stays())).toMatchObject({ outcome: "found" });
    const since = mailbox.cursor();
    await ask("duplicate");
    expect(await mailbox.waitForCode({ ...consuming, since }, 0, stays())).toMatchObject({ outcome: "timeout" });
    expect(only().requests).toMatchObject([{ outcome: "captured" }, { outcome: "duplicate", status: 200 }]);
    expect(only().requests[0]?.status).toBeUndefined();
  });

  test("asked for twice at the same time hands its code out once", async () => {
    const { mailbox, tell, first } = setUp();
    const twin = { ...first, id: message().id };
    arrive(tell, first);
    arrive(tell, twin);
    settle(tell, first);
    tell({ type: "answered", message: first, answer: { status: 200, headers: {}, body: "" } });
    expect(await mailbox.waitForCode(consuming, 0, stays())).toMatchObject({ outcome: "found" });
    const since = mailbox.cursor();
    settle(tell, twin, "duplicate", first);
    expect(await mailbox.waitForCode({ ...consuming, since }, 0, stays())).toMatchObject({ outcome: "timeout" });
    expect(mailbox.list()).toMatchObject([{ taken: true, requestCount: 2, repeatCount: 1 }]);
  });

  test("in live mode is on no phone again", async () => {
    const { ask, mailbox } = setUp();
    await ask("sent");
    const since = mailbox.cursor();
    await ask("duplicate");
    expect(await mailbox.waitForCode({ ...consuming, since }, 0, stays())).toMatchObject({ outcome: "timeout" });
  });

  test("is a message of its own after ten minutes, as it is for claims", async () => {
    const { ask, mailbox } = setUp();
    await ask("captured");
    await ask("captured", { afterMs: 600_001 });
    expect(mailbox.list()).toHaveLength(2);
  });
});

describe("an older code", () => {
  test("is superseded by a newer one of its kind for its number, which everybody is told, and by no other", () => {
    const { mailbox, tell } = setUp();
    const capture = (fields: Parameters<typeof message>[0]) => {
      const sms = message(fields);
      arrive(tell, sms);
      settle(tell, sms);
      return sms;
    };
    const old = capture({ code: "111111" });
    const others = [
      capture({ code: "222222", template: "recovery_code_valid" }),
      capture({ code: "333333", to: "+4915511234567" }),
      capture({ code: "", text: "Your password was changed" }),
    ];
    const since = mailbox.cursor();
    const newest = capture({ code: "444444" });
    const superseded = mailbox.list().flatMap((entry) => (entry.superseded ? [entry.message.id] : []));
    expect(superseded).toEqual([old.id]);
    const told = mailbox.changesAfter(since).map((change) => change.type === "message" && change.entry.message.id);
    expect(told).toEqual([newest.id, old.id]);
    expect(others).toHaveLength(3);
  });

  test("that comes once more is the newest again", async () => {
    const { ask, mailbox, tell, first } = setUp();
    await ask("captured");
    const newer = message({ code: "999999" });
    arrive(tell, newer);
    settle(tell, newer);
    expect(mailbox.get(first.id)?.superseded).toBe(true);
    await ask("duplicate");
    expect([first, newer].map(({ id }) => mailbox.get(id)?.superseded)).toEqual([false, true]);
  });
});
