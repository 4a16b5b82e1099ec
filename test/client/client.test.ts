import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { createInboxClient, createPhone } from "../../src/client/client.ts";
import { Secret } from "../../src/values/secret.ts";
import { listenOn } from "../helpers/listen.ts";
import { poll } from "../helpers/program.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { arrive, capture, message, rawRequest, settle } from "../inbox/events.ts";
import { type ServedInbox, serveInbox } from "../inbox/serving.ts";

const TO = "+12025550143";
const OTHER = "+12025550144";

const open: ServedInbox[] = [];
afterEach(async () => {
  for (const inbox of open.splice(0)) await inbox.close();
});

async function setUp(...options: Parameters<typeof serveInbox>) {
  const served = await serveInbox(...options);
  open.push(served);
  return { ...served, inbox: createInboxClient({ url: served.url }) };
}

/** What the promise fails with; a promise that succeeds fails the test. */
async function failure(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  return promise.then(
    (value) => expect.unreachable(`it came to ${JSON.stringify(value)}`),
    (error) => error,
  );
}

describe("a wait", () => {
  it("answers with the code that came after the cursor, in whatever spelling the number is asked for", async () => {
    const { inbox, mailbox } = await setUp();
    capture(mailbox.tell, { to: TO, code: "111111" });
    const since = await inbox.cursor();
    const waiting = inbox.waitForCode({ to: "+1 (202) 555-0143", since });
    const sms = capture(mailbox.tell, { to: TO, code: "222222" });
    expect(await waiting).toEqual({
      code: "222222",
      to: TO,
      template: "login_code_valid",
      messageId: sms.id,
      cursor: expect.any(String),
    });
  });

  it("goes on beyond what the inbox waits at once, and misses nothing between two rounds", async () => {
    const clock = createVirtualClock();
    const { inbox, mailbox } = await setUp({ clock });
    const waiting = inbox.waitForCode({ to: TO, timeoutMs: 120_000 });
    const nextRound = () => poll("a round", 5_000, async () => mailbox.waits().length === 1 || undefined);
    for (const roundMs of [30_000, 30_000, 30_000]) {
      await nextRound();
      await clock.advance(roundMs);
    }
    await nextRound();
    await clock.advance(29_999);
    capture(mailbox.tell, { to: TO, code: "333333" });
    expect(await waiting).toMatchObject({ code: "333333" });
  });

  it("goes on from where the last round ended, not from the present", async () => {
    const asked: (string | undefined)[] = [];
    const url = await listenOn(
      new Hono().get("/api/codes/wait", (c) => {
        asked.push(c.req.query("since"));
        return asked.length < 3
          ? c.body(null, 204, { "X-Inbox-Cursor": String(asked.length) })
          : c.json({ code: "888888", to: TO, template: "login_code_valid", messageId: "msg_1", cursor: "3" });
      }),
    );
    const inbox = createInboxClient({ url });
    expect(await inbox.waitForCode({ to: TO, timeoutMs: 90_000 })).toMatchObject({ code: "888888" });
    expect(asked).toEqual([undefined, "1", "2"]);
  });

  it("lasts as long as it was told to, in rounds and all", async () => {
    const clock = createVirtualClock();
    const { inbox, mailbox } = await setUp({ clock });
    const waiting = failure(inbox.waitForCode({ to: TO, timeoutMs: 31_000 }));
    for (const roundMs of [30_000, 1_000]) {
      await poll("a round", 5_000, async () => mailbox.waits().length === 1 || undefined);
      await clock.advance(roundMs);
    }
    expect(await waiting).toMatchObject({ code: "timeout", message: expect.stringMatching(/within 31 s/) });
  });

  it("is given a consumed code once only", async () => {
    const { inbox, mailbox } = await setUp();
    const wait = { to: TO, since: "0", consume: true, timeoutMs: 0 };
    capture(mailbox.tell, { to: TO, code: "444444" });
    expect(await inbox.waitForCode(wait)).toMatchObject({ code: "444444" });
    expect((await failure(inbox.waitForCode(wait))).message).toContain("its code was consumed by another wait");
  });

  it("takes only codes of the template asked for", async () => {
    const { inbox, mailbox } = await setUp();
    capture(mailbox.tell, { to: TO, template: "recovery_code_valid", code: "555555" });
    capture(mailbox.tell, { to: TO, template: "login_code_valid", code: "666666" });
    const wait = { to: TO, since: "0", timeoutMs: 0 };
    expect(await inbox.waitForCode({ ...wait, template: "recovery_code_valid" })).toMatchObject({ code: "555555" });
  });

  it("ends when its own signal says so, with that signal's reason, and frees its place in the inbox", async () => {
    const { inbox, mailbox } = await setUp();
    const leave = new AbortController();
    const waiting = failure(inbox.waitForCode({ to: TO, signal: leave.signal }));
    await poll("the wait", 5_000, async () => mailbox.waits().length === 1 || undefined);
    leave.abort(new Error("the test is over"));
    expect((await waiting).message).toBe("the test is over");
    await poll("its place", 5_000, async () => mailbox.waits().length === 0 || undefined);
  });
});

describe("a wait without a code says what the inbox saw instead", () => {
  const NOTHING = { to: TO, timeoutMs: 0 };

  it.each<[sentence: string, prepare: (tell: ServedInbox["mailbox"]["tell"]) => void, says: RegExp]>([
    ["nothing at all", () => {}, /within 0 s: the inbox saw no message at all; does Kratos' courier run/],
    [
      "messages to others",
      (tell) => capture(tell, { to: OTHER }),
      /the inbox saw messages, but none to this number; does/,
    ],
    [
      "a request that was refused",
      (tell) =>
        tell({
          type: "refused",
          id: "msg_1",
          outcome: "unauthorized",
          status: 401,
          reason: "the key is wrong",
          request: rawRequest(),
        } as never),
      /no message at all; the last request that it refused got 401, the key is wrong/,
    ],
    [
      "a text without a code",
      (tell) => capture(tell, { to: TO, code: "", text: "Welcome" }),
      /1 message to this number, .*login_code_valid at 12:04:31 UTC, captured \(no code found in it\)/,
    ],
    [
      "a message that was rejected",
      (tell) => {
        const sms = message({ to: TO });
        arrive(tell, sms);
        settle(tell, sms, "rejected");
      },
      /1 message to this number, .*login_code_valid at 12:04:31 UTC, rejected$/,
    ],
  ])("%s", async (_, prepare, says) => {
    const { inbox, mailbox } = await setUp();
    prepare(mailbox.tell);
    const { code, message: says_ } = await failure(inbox.waitForCode(NOTHING));
    expect(code).toBe("timeout");
    expect(says_).toMatch(says);
  });

  it("a code from before the cursor, without number, text or code in the sentence", async () => {
    const { inbox, mailbox } = await setUp();
    for (let count = 0; count < 5; count++) capture(mailbox.tell, { to: TO, code: "482913", text: "secret 482913" });
    const since = await inbox.cursor();
    const { message: says } = await failure(inbox.waitForCode({ ...NOTHING, since }));
    expect(says).toMatch(/saw 5 messages to this number.*it came before the wait's cursor.*, and older ones$/);
    expect(says).not.toMatch(/482913|secret|5550143/);
  });
});

describe("a wait in a spelling with the national prefix", () => {
  it.each(["+44 20 7946 0018", "+44 (0)20 7946 0018"])("says of %s what the inbox saw", async (to) => {
    const { inbox, mailbox } = await setUp();
    capture(mailbox.tell, { to: "+442079460018", code: "", text: "Welcome" });
    expect((await failure(inbox.waitForCode({ to, timeoutMs: 0 }))).message).toContain("no code found in it");
  });
});

describe("a phone", () => {
  it("reads each code once, also when several are read at the same time", async () => {
    const { inbox, mailbox } = await setUp();
    const phone = await createPhone(inbox, TO);
    for (const code of ["111111", "222222", "333333"]) capture(mailbox.tell, { to: TO, code });
    expect(await Promise.all([phone.code(), phone.code(), phone.code()])).toEqual(["111111", "222222", "333333"]);
  });

  it("reads on after a read that failed", async () => {
    const { inbox, mailbox } = await setUp();
    const phone = await createPhone(inbox, TO);
    const nothing = failure(phone.code({ timeoutMs: 0 }));
    const next = phone.code();
    expect(await nothing).toMatchObject({ code: "timeout" });
    capture(mailbox.tell, { to: TO, code: "444444" });
    expect(await next).toBe("444444");
  });
});

describe("the other calls", () => {
  it("tell the newest code, or that there is none", async () => {
    const { inbox, mailbox } = await setUp();
    expect(await inbox.latestCode(TO)).toBeUndefined();
    capture(mailbox.tell, { to: TO, code: "111111" });
    capture(mailbox.tell, { to: TO, code: "222222" });
    expect(await inbox.latestCode(TO)).toMatchObject({ code: "222222" });
  });

  it("list and search messages, page by page, and show one", async () => {
    const { inbox, mailbox } = await setUp();
    const [first, second, third] = [TO, OTHER, TO].map((to) => capture(mailbox.tell, { to }));
    const { messages, cursor } = await inbox.messages({ q: `to:${TO}`, limit: 1 });
    expect(messages.map(({ id }) => id)).toEqual([third?.id]);
    const older = await inbox.messages({ before: cursor });
    expect(older.messages.map(({ id }) => id)).toEqual([second?.id, first?.id]);
    expect(await inbox.message(String(first?.id))).toMatchObject({ id: first?.id, request: { method: "POST" } });
    expect(await inbox.message("msg_nobody")).toBeUndefined();
  });

  it("clear one number or everything, and never everything by mistake", async () => {
    const { inbox, mailbox } = await setUp();
    for (const to of [TO, TO, OTHER]) capture(mailbox.tell, { to });
    expect(await failure(inbox.clear({ to: undefined as unknown as string }))).toMatchObject({ code: "bad-request" });
    expect(await inbox.clear({ to: TO })).toBe(2);
    expect(await inbox.clear()).toBe(1);
  });

  it("follow what happens, and hang up when the loop is left", async () => {
    const { inbox, mailbox } = await setUp();
    let from = "";
    for await (const event of inbox.events()) {
      if (event.type === "opened") capture(mailbox.tell, { to: TO, code: "777777" });
      if (event.type === "message" && event.data.outcome === "captured") break;
      from = event.id;
    }
    await poll("the connection's end", 5_000, async () => mailbox.followers() === 0 || undefined);
    for await (const event of inbox.events({ lastEventId: from })) {
      if (event.type !== "message") continue;
      expect(event.data).toMatchObject({ to: TO, code: "777777", outcome: "captured" });
      break;
    }
  });
});

describe("what goes wrong says the way out", () => {
  it.each<[sentence: string, url: string, code: string, says: RegExp]>([
    ["nobody listens", "http://127.0.0.1:9", "unreachable", /127\.0\.0\.1:9 does not answer: start it with npm start/],
    ["the URL is none", "127.0.0.1", "bad-request", /this is no URL of an inbox/],
  ])("when %s", async (_, url, code, says) => {
    const error = await failure(createInboxClient({ url }).cursor());
    expect(error).toMatchObject({ name: "InboxError", code, message: expect.stringMatching(says) });
  });

  it("when the number is none", async () => {
    const { inbox } = await setUp();
    const error = await failure(inbox.waitForCode({ to: "(303) 867 5309" }));
    expect(error).toMatchObject({
      code: "bad-request",
      message: expect.stringMatching(/answered 400.*to: .*country code/),
    });
    expect(error.message).not.toContain("867");
  });

  it("when something else than an inbox answers", async () => {
    const url = await listenOn(new Hono().get("*", (c) => c.html("<html>")));
    expect((await failure(createInboxClient({ url }).cursor())).message).toContain("is no inbox");
  });

  it("when the inbox wants a token, and lets in whoever has it", async () => {
    const { url, inbox } = await setUp({ token: new Secret("open-sesame") });
    expect(await failure(inbox.cursor())).toMatchObject({ code: "unauthorized" });
    expect(await failure(createInboxClient({ url, token: "sesame" }).cursor())).toMatchObject({ code: "unauthorized" });
    expect(await createInboxClient({ url, token: "open-sesame" }).cursor()).toMatch(/^\d+$/);
  });

  it("when the inbox has no place for another wait", async () => {
    const { inbox } = await setUp({}, { maxWaits: 0 });
    expect(await failure(inbox.waitForCode({ to: TO }))).toMatchObject({
      code: "failed",
      message: expect.stringContaining("Too many waits"),
    });
  });
});
