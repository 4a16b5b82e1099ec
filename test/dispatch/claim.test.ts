import { describe, expect, it } from "vitest";
import type { E164 } from "../../src/sms/e164.ts";
import type { Message } from "../../src/sms/message.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";
import { unlimited } from "../helpers/allowance.ts";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, type Script, scriptedProvider, sent, unknown } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const again = (number: number, changes: Parameters<typeof loginMessage>[0] = {}): Message =>
  loginMessage({ ...changes, id: `msg_${number}` });

const partsOf = ({ to, template, text }: Message) => [to, template, text, ""];

function bench(script: Script[], takesMs = 0) {
  const clock = createVirtualClock();
  const provider = scriptedProvider("a", script, clock, takesMs);
  return { clock, provider, ...dispatchBench(clock, [provider]) };
}

describe("the claim on a message", () => {
  it("sends a repeated message once and answers the repetition with the first one's id", async () => {
    const { dispatch, provider } = bench([sent]);
    await dispatch(again(1));
    expect(await dispatch(again(2))).toMatchObject({ name: "duplicate", messageId: "msg_1", provider: "a" });
    expect(provider.taken).toHaveLength(1);
  });

  it("lets 18 callers at once share one send", async () => {
    const { clock, dispatch, provider } = bench([sent], 500);
    const answers = Array.from({ length: 18 }, (_, index) => dispatch(again(index)));
    await clock.advance(1_000);
    const outcomes = await Promise.all(answers);
    expect(provider.taken).toHaveLength(1);
    expect(outcomes.map(({ name }) => name).sort()).toEqual([...Array(17).fill("duplicate"), "sent"]);
    expect(new Set(outcomes.map(({ messageId }) => messageId))).toEqual(new Set(["msg_0"]));
  });

  it("gives those who waited the failure, and sends anew for the one who comes after it", async () => {
    const { clock, dispatch, provider } = bench([notSent("unauthorized"), sent], 500);
    const first = dispatch(again(1));
    const waiting = dispatch(again(2));
    await clock.advance(1_000);
    expect((await first).name).toBe("failed");
    expect(await waiting).toMatchObject({ name: "failed", messageId: "msg_1" });
    const next = dispatch(again(3));
    await clock.advance(1_000);
    expect((await next).name).toBe("sent");
    expect(provider.taken).toHaveLength(2);
  });

  it.each<[what: string, changes: Parameters<typeof loginMessage>[0]]>([
    ["another code", { text: "Your login code is: 000111" }],
    ["another number", { to: "+4915735990124" as E164 }],
    ["another template", { template: "verification_code_valid" }],
    ["another moment of the same notice", { occurredAt: "2026-11-21T10:00:00Z" }],
  ])("takes %s for another message", async (_, changes) => {
    const { dispatch, provider } = bench([sent]);
    await dispatch(again(1));
    expect((await dispatch(again(2, changes))).name).toBe("sent");
    expect(provider.taken).toHaveLength(2);
  });

  it.each<[what: string, changes: Parameters<typeof loginMessage>[0], keptMs: number]>([
    ["a code for ten minutes", {}, 600_000],
    ["a notice without code or time for 90 seconds", { code: undefined }, 90_000],
    ["a notice with its time for ten minutes", { code: undefined, occurredAt: "2026-11-21T10:00:00Z" }, 600_000],
  ])("remembers %s", async (_, changes, keptMs) => {
    const { clock, dispatch } = bench([sent]);
    await dispatch(again(1, changes));
    await clock.advance(keptMs - 1);
    expect((await dispatch(again(2, changes))).name).toBe("duplicate");
    await clock.advance(1);
    expect((await dispatch(again(3, changes))).name).toBe("sent");
  });

  it.each<[what: string, script: Script[]]>([
    ["a rejected message", [notSent("opted-out")]],
    ["an ambiguous one", [unknown("timeout")]],
  ])("does not send %s again", async (_, script) => {
    const { clock, dispatch, provider } = bench(script);
    const first = dispatch(again(1));
    await clock.advance(1_000);
    await first;
    const requests = provider.taken.length;
    expect((await dispatch(again(2))).name).toBe("duplicate");
    expect(provider.taken).toHaveLength(requests);
  });

  it("tells those who waited until their own deadline what the slow owner came to in the end", async () => {
    const clock = createVirtualClock();
    const slow = [2_700, 2_700, 2_500].map((takesMs, index) =>
      scriptedProvider("abc"[index] ?? "", [index < 2 ? notSent("sender-refused") : sent], clock, takesMs),
    );
    const { dispatch } = dispatchBench(clock, slow);
    const answers = Array.from({ length: 20 }, (_, index) => dispatch(again(index)));
    await clock.advance(9_000);
    const names = (await Promise.all(answers)).map(({ name }) => name);
    expect(names.sort()).toEqual([...Array(19).fill("duplicate"), "sent"]);
  });

  it("is not waited for longer than a moment past the deadline", async () => {
    const { clock, dispatch, store, provider } = bench([sent]);
    const fingerprint = createKeyed(new Secret("a secret for tests")).tag("message", ...partsOf(again(1)));
    await store.admit({ fingerprint, owner: "msg_stuck", leaseMs: 60_000, ...unlimited });
    const answer = dispatch(again(1));
    await clock.advance(8_250);
    expect(await answer).toMatchObject({ name: "duplicate", messageId: "msg_stuck" });
    expect(provider.taken).toHaveLength(0);
  });

  it("is kept by a slow owner and taken over from one that is gone", async () => {
    const { clock, dispatch, store } = bench([sent], 7_000);
    const slow = dispatch(again(1));
    await clock.advance(6_000);
    const waiting = dispatch(again(2));
    await clock.advance(1_500);
    expect([(await slow).name, (await waiting).name]).toEqual(["sent", "duplicate"]);
    const fingerprint = createKeyed(new Secret("a secret for tests")).tag(
      "message",
      ...partsOf(again(3, { text: "x 1" })),
    );
    await store.admit({ fingerprint, owner: "msg_gone", leaseMs: 3_000, ...unlimited });
    const next = dispatch(again(3, { text: "x 1" }));
    await clock.advance(12_000);
    expect((await next).name).toBe("sent");
  });

  it("stays with a message that was sent when a bug in whoever listens ends the request", async () => {
    const clock = createVirtualClock();
    const provider = scriptedProvider("a", [sent], clock);
    const { dispatch, events } = dispatchBench(clock, [provider]);
    const push = events.push.bind(events);
    events.push = (event) => {
      if (event.type === "settled" && event.outcome.name === "sent") throw new Error("a bug");
      return push(event);
    };
    await expect(dispatch(again(1))).rejects.toThrow("a bug");
    await clock.advance(4_000);
    expect((await dispatch(again(2))).name).toBe("duplicate");
    expect(provider.taken).toHaveLength(1);
  });

  it("lets the account be asked again when a bug ends the attempt, also before there is a promise", async () => {
    const clock = createVirtualClock();
    const send = () => {
      throw new Error("a bug");
    };
    const { dispatch, accounts } = dispatchBench(clock, [{ name: "a", send }]);
    await expect(dispatch(loginMessage())).rejects.toThrow("a bug");
    expect(accounts.get("a")?.gate.status().inFlight).toBe(0);
    expect(clock.sleepers()).toBe(0);
  });

  it("gives the claim back when a bug ends the attempt", async () => {
    const { dispatch } = bench(["break", sent]);
    await expect(dispatch(again(1))).rejects.toThrow("a bug");
    expect((await dispatch(again(2))).name).toBe("sent");
  });
});
