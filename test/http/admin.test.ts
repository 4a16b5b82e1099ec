import { describe, expect, it } from "vitest";
import { type AdminParts, createAdminApp } from "../../src/http/admin.ts";
import { createAuthenticate } from "../../src/http/auth.ts";
import type { E164 } from "../../src/sms/e164.ts";
import { numberTag } from "../../src/sms/number-tag.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, scriptedProvider, sent } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const keyed = createKeyed(new Secret("a secret for tests"));

/** An admin API over a gateway in which `a` is refused and `b` took one message. */
async function admin(access: AdminParts["access"] = "open", problems: string[] = []) {
  const clock = createVirtualClock();
  const providers = [scriptedProvider("a", [notSent("unauthorized")], clock), scriptedProvider("b", [sent], clock)];
  const { dispatch, accounts, store, pumping } = dispatchBench(clock, providers);
  await dispatch(loginMessage({ receivedAt: clock.wallMs() }));
  const app = createAdminApp({ access, accounts, store, keyed, pumping, reload: async () => problems });
  const call = async (path: string, init: RequestInit = {}) => {
    const answer = await app.request(path, init);
    const text = await answer.text();
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came.
    return { status: answer.status, text, json: JSON.parse(text) as any };
  };
  return { call };
}

describe("/admin/messages", () => {
  it.each<[way: string, query: string]>([
    ["a number", "to=%2B4915735990123"],
    ["a number whose plus was not encoded", "to=+4915735990123"],
    ["another spelling of it", `to=${encodeURIComponent("+49 1573 599-0123")}`],
    ["the tag from the log", `tag=${numberTag(keyed, "+4915735990123" as E164)}`],
  ])("finds what happened by %s, without number, text or code", async (_, query) => {
    const { json, text } = await (await admin()).call(`/messages?${query}`);
    expect(json.messages).toMatchObject([
      {
        outcome: "sent",
        provider: "b",
        attempts: [
          { provider: "a", result: { kind: "unauthorized" } },
          { provider: "b", result: { outcome: "sent" } },
        ],
      },
    ]);
    expect(text).not.toMatch(/15735990|482913|login code/);
  });

  it("gives times in ISO 8601 and whole milliseconds, of one message and of all", async () => {
    const { call } = await admin();
    const one = await call("/messages/msg_000000000000000000000001");
    const all = await call("/messages?to=%2B4915735990123");
    for (const record of [one.json, ...all.json.messages]) {
      const [refused, taken] = record.attempts;
      expect([record.receivedAt, refused.startedAt, taken.startedAt]).toEqual(
        Array(3).fill("2026-11-21T12:00:00.000Z"),
      );
      expect([record.durationMs, refused.durationMs, taken.durationMs].every(Number.isInteger)).toBe(true);
    }
  });

  it("finds one message by its id", async () => {
    const { call } = await admin();
    expect((await call("/messages/msg_000000000000000000000001")).json).toMatchObject({
      outcome: "sent",
      maskedTo: "************23",
    });
    expect((await call("/messages/msg_unknown")).status).toBe(404);
  });

  it.each<[what: string, query: string]>([
    ["nothing", ""],
    ["no number", "to=12345"],
  ])("says what it needs when it is given %s", async (_, query) => {
    expect((await (await admin()).call(`/messages?${query}`)).status).toBe(400);
  });
});

describe("/admin/providers", () => {
  it("shows which are asked, and why not", async () => {
    expect((await (await admin()).call("/providers")).json).toMatchObject({
      providers: [
        { name: "a", enabled: true, breaker: "open", inFlight: 0 },
        { name: "b", enabled: true, breaker: "closed", waitMs: 0, inFlight: 0 },
      ],
    });
  });

  it("switches one off and on again", async () => {
    const { call } = await admin();
    const enabled = (answer: { json: { providers: { enabled: boolean }[] } }) =>
      answer.json.providers.map((provider) => provider.enabled);
    expect(enabled(await call("/providers/a/disable", { method: "POST" }))).toEqual([false, true]);
    expect(enabled(await call("/providers"))).toEqual([false, true]);
    expect(enabled(await call("/providers/a/enable", { method: "POST" }))).toEqual([true, true]);
    expect((await call("/providers/nobody/disable", { method: "POST" })).status).toBe(404);
  });
});

describe("access to /admin", () => {
  const keys = createAuthenticate([{ id: "ops", secret: new Secret("ops-key") }]);

  it.each<[sentence: string, access: AdminParts["access"], headers: Record<string, string>, status: number]>([
    ["is open in dev mode without keys", "open", {}, 200],
    ["is not for other web sites then", "open", { origin: "https://evil.test" }, 403],
    ["is absent in live mode without keys", "absent", { "x-api-key": "ops-key" }, 404],
    ["needs a key when there are keys", keys, {}, 401],
    ["takes no other key", keys, { "x-api-key": "ops" }, 401],
    ["takes its key", keys, { authorization: "Bearer ops-key" }, 200],
  ])("%s", async (_, access, headers, status) => {
    expect((await (await admin(access)).call("/providers", { headers })).status).toBe(status);
  });
});
