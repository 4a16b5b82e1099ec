import { describe, expect, it, onTestFinished } from "vitest";
import { createChaos } from "../../src/inbox/chaos.ts";
import type { E164 } from "../../src/sms/e164.ts";
import type { Random } from "../../src/values/random.ts";
import { startComposed } from "../helpers/composed-gateway.ts";
import { createKratosDouble } from "../helpers/kratos-double.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const DEV = "mode: dev";
const NUMBER = "+12025550143";

/** Chance that is the same in every run: a generator of Park and Miller. */
function seededRandom(seed = 1): Random {
  let state = seed;
  let ids = 0;
  return {
    id: () => String(++ids).padStart(24, "0"),
    fraction() {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    },
  };
}

async function start(rules: object[], effects: Parameters<typeof startComposed>[1] = {}) {
  const gateway = await startComposed(DEV, effects);
  const call = async (method: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const type = { "content-type": "application/json", ...headers };
    const init = body === undefined ? { method, headers } : { method, headers: type, body: text };
    const answer = await fetch(`${gateway.inboxUrl}/api/chaos`, init);
    // biome-ignore lint/suspicious/noExplicitAny: each test reads a few fields.
    return { status: answer.status, json: (await answer.json()) as any };
  };
  if (rules.length > 0) expect(await call("PUT", { rules })).toMatchObject({ status: 200, json: { active: true } });
  const ask = async (to: string, code?: string) =>
    (await gateway.post(to, code).catch(() => undefined))?.status ?? "closed";
  return { gateway, call, ask };
}

describe("a chaos rule", () => {
  it("answers with its status and sends nothing", async () => {
    const { gateway, ask } = await start([{ status: 502 }]);
    expect(await ask(NUMBER)).toBe(502);
    expect(await gateway.messages()).toMatchObject([
      { outcome: "failed", simulated: "chaos: answered 502", reason: "simulated: answered 502" },
    ]);
  });

  it("drops the connection after the message was captured; what Kratos sends then is a repetition", async () => {
    const { gateway, ask, call } = await start([{ dropAfterAccept: true, next: 1 }]);
    expect(await ask(NUMBER)).toBe("closed");
    expect(await gateway.messages()).toMatchObject([{ outcome: "captured", code: "482913" }]);
    expect((await gateway.post(NUMBER)).headers.get("x-outcome")).toBe("duplicate");
    expect((await call("GET")).json).toEqual({ active: false, rules: [] });
  });

  it("delays the answer and not the message", async () => {
    const clock = createVirtualClock();
    const { gateway, ask } = await start([{ delayMs: 4_000 }], { clock });
    let status: unknown;
    const asked = ask(NUMBER).then((answered) => {
      status = answered;
    });
    const before = clock.sleepers();
    while (clock.sleepers() <= before) await new Promise((resolve) => setImmediate(resolve));
    expect(await gateway.messages()).toMatchObject([{ outcome: "captured", simulated: "chaos: 4000 ms late" }]);
    await clock.advance(3_999);
    await gateway.messages();
    expect(status).toBeUndefined();
    await clock.advance(1);
    await asked;
    expect(status).toBe(200);
  });

  it("delays an error as well", async () => {
    const { gateway, ask } = await start([{ status: 500, delayMs: 1 }]);
    expect(await ask(NUMBER)).toBe(500);
    expect(await gateway.messages()).toMatchObject([{ simulated: "chaos: answered 500, 1 ms late" }]);
  });

  it("holds for its number alone, in any spelling", async () => {
    const { ask } = await start([{ to: "+1 (202) 555-0143", status: 503 }]);
    expect([await ask(NUMBER), await ask("+12025550144")]).toEqual([503, 200]);
  });

  it("with next applies so often and is gone, as followers and the next GET are told", async () => {
    const { ask, call } = await start([{ status: 503, next: 2 }]);
    expect((await call("GET")).json.rules).toMatchObject([{ next: 2 }]);
    expect(await ask(NUMBER)).toBe(503);
    expect((await call("GET")).json.rules).toMatchObject([{ next: 1 }]);
    expect([await ask(NUMBER), await ask(NUMBER)]).toEqual([503, 200]);
    expect((await call("GET")).json).toEqual({ active: false, rules: [] });
  });

  it("with next lets Kratos succeed at the attempt after", async () => {
    const { gateway } = await start([{ status: 503, next: 3 }]);
    const kratos = createKratosDouble({ url: () => gateway.courierUrl, apiKey: "", secondMs: 5 });
    onTestFinished(() => kratos.close());
    kratos.queue({ to: NUMBER, code: "482913" });
    const [message] = await kratos.work();
    expect([message?.status, message?.posts.map(({ status }) => status)]).toEqual(["sent", [503, 503, 503, 200]]);
    const [shown] = await gateway.messages();
    expect(shown).toMatchObject({ outcome: "captured", attempt: { number: 4, state: "done" } });
    expect(shown.simulated).toBeUndefined();
  });

  it("counts only requests that it applies to", async () => {
    const { ask } = await start([{ to: NUMBER, status: 503, next: 1 }]);
    expect([await ask("+12025550144"), await ask(NUMBER), await ask(NUMBER)]).toEqual([200, 503, 200]);
  });

  it("comes before those after it, and lets them have what it does not apply to", async () => {
    const { ask } = await start([{ probability: 0, status: 500 }, { to: NUMBER, status: 501 }, { status: 502 }]);
    expect([await ask(NUMBER), await ask("+12025550144")]).toEqual([501, 502]);
  });

  it("leaves magic numbers alone", async () => {
    const { ask } = await start([{ status: 500 }]);
    expect([await ask("+15005550006"), await ask("+15005551503"), await ask(NUMBER)]).toEqual([200, 503, 500]);
  });

  it("of 30 % applies to 25 to 35 % of a thousand requests", () => {
    const chaos = createChaos(seededRandom());
    chaos.replace([{ id: "rule-1", probability: 0.3, status: 503 }]);
    const drawn = Array.from({ length: 1_000 }, () => chaos.draw(NUMBER as E164)).filter(Boolean).length;
    expect(drawn).toBeGreaterThanOrEqual(250);
    expect(drawn).toBeLessThanOrEqual(350);
  });

  it("is drawn once for each request", async () => {
    const fractions = [0.29, 0.3, 0.31, 0, 0.99, 0.2];
    const random = { ...seededRandom(), fraction: () => fractions.shift() ?? 1 };
    const { ask } = await start([{ probability: 0.3, status: 503 }], { random });
    const statuses = [];
    for (const code of ["1", "2", "3", "4", "5", "6"]) statuses.push(await ask(NUMBER, `12345${code}`));
    expect(statuses).toEqual([503, 200, 200, 503, 200, 503]);
  });

  it.each([0, 1])("of probability %i never depends on chance", (probability) => {
    for (const fraction of [0, 0.5, 1 - 2 ** -32]) {
      const chaos = createChaos({ id: () => "", fraction: () => fraction });
      chaos.replace([{ id: "rule-1", probability, status: 503 }]);
      expect(chaos.draw(NUMBER as E164) !== undefined).toBe(probability === 1);
    }
  });

  it("is not applied to a request without the key", async () => {
    const gateway = await startComposed(`${DEV}\nauth: { keys: [{ id: kratos, secret: key-of-kratos }] }\n`);
    await fetch(`${gateway.inboxUrl}/api/chaos`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: '{"rules":[{"status":418}]}',
    });
    expect((await gateway.post(NUMBER)).status).toBe(401);
  });
});

describe("/api/chaos", () => {
  it("is empty at the start, replaces all rules, takes back what it shows, and removes them", async () => {
    const { call } = await start([]);
    expect(await call("GET")).toEqual({ status: 200, json: { active: false, rules: [] } });
    await call("PUT", { rules: [{ status: 500 }, { status: 501 }] });
    const { json } = await call("PUT", { rules: [{ id: "mine", status: 503, to: NUMBER }, { delayMs: 5 }] });
    expect(json).toEqual({
      active: true,
      rules: [
        { id: "mine", to: NUMBER, probability: 1, status: 503 },
        { id: "rule-2", probability: 1, delayMs: 5 },
      ],
    });
    expect((await call("PUT", json)).json).toEqual(json);
    expect(await call("DELETE")).toEqual({ status: 200, json: { active: false, rules: [] } });
    expect((await call("GET")).json).toEqual({ active: false, rules: [] });
  });

  it("gives a rule without an id one that no other has", async () => {
    const { call } = await start([]);
    const { json } = await call("PUT", { rules: [{ id: "rule-2", status: 500 }, { status: 501 }, { status: 502 }] });
    expect(json.rules.map(({ id }: { id: string }) => id)).toEqual(["rule-2", "rule-3", "rule-4"]);
  });

  it.each<[what: string, status: number, body: unknown, detail: RegExp]>([
    ["no JSON", 400, "{", /not JSON/],
    ["no rules", 400, {}, /^rules: /],
    ["a rule that does nothing", 400, { rules: [{ to: NUMBER }] }, /^rules\.0: does nothing/],
    ["a rule that contradicts itself", 400, { rules: [{ status: 500, dropAfterAccept: true }] }, /^rules\.0: /],
    ["a misspelled field", 400, { rules: [{ status: 500, probabilty: 0.1 }] }, /probabilty/],
    ["a status that is no error", 400, { rules: [{ status: 200 }] }, /^rules\.0\.status: /],
    ["a probability above 1", 400, { rules: [{ status: 500, probability: 30 }] }, /^rules\.0\.probability: /],
    ["next: 0", 400, { rules: [{ status: 500, next: 0 }] }, /^rules\.0\.next: /],
    ["a number that does not exist", 400, { rules: [{ status: 500, to: "+1555" }] }, /^rules\.0\.to: /],
    [
      "two rules of one id",
      400,
      {
        rules: [
          { id: "mine", status: 500 },
          { id: "mine", status: 501 },
        ],
      },
      /^rules: two rules share an id/,
    ],
    ["too many rules", 400, { rules: Array(21).fill({ status: 500 }) }, /at most 20/],
    ["too large a body", 413, { rules: [], more: "x".repeat(66_000) }, /64 KiB/],
  ])("refuses %s with %i and changes nothing", async (_, status, body, detail) => {
    const { call } = await start([{ status: 502 }]);
    const answer = await call("PUT", body);
    expect(answer).toMatchObject({ status, json: { detail: expect.stringMatching(detail) } });
    expect((await call("GET")).json.rules).toMatchObject([{ status: 502 }]);
  });

  it("refuses what another web site could send: a form, a foreign origin", async () => {
    const { call } = await start([]);
    expect((await call("PUT", "rules=1", { "content-type": "text/plain" })).status).toBe(415);
    const foreign = { origin: "https://evil.test" };
    expect((await call("PUT", { rules: [{ status: 500 }] }, foreign)).status).toBe(403);
    expect((await call("DELETE", undefined, foreign)).status).toBe(403);
  });

  it("is described", async () => {
    const { gateway } = await start([]);
    const { paths } = await gateway.inbox("/openapi.json");
    expect(Object.keys(paths["/api/chaos"]).sort()).toEqual(["delete", "get", "put"]);
  });
});

describe("the event chaos", () => {
  /** The data of the first events of this name. */
  async function events(url: string, count: number, headers: Record<string, string> = {}, then = async () => {}) {
    const leave = new AbortController();
    const response = await fetch(`${url}/api/events`, { headers, signal: leave.signal });
    await then();
    const seen: unknown[] = [];
    let text = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const found = [...text.matchAll(/^event: chaos\ndata: (.*)$/gm)];
      seen.splice(0, seen.length, ...found.map(([, data]) => JSON.parse(data ?? "")));
      if (seen.length >= count) break;
    }
    leave.abort();
    return seen;
  }

  it("tells every change: replaced, used up, removed", async () => {
    const { gateway, call, ask } = await start([]);
    const seen = await events(gateway.inboxUrl, 3, {}, async () => {
      await call("PUT", { rules: [{ status: 503, next: 1 }] });
      await ask(NUMBER);
      await call("DELETE");
    });
    expect(seen).toMatchObject([{ active: true, rules: [{ status: 503 }] }, { active: false }, { active: false }]);
  });

  it("tells the present to one that comes back", async () => {
    const { gateway } = await start([{ status: 503 }]);
    expect(await events(gateway.inboxUrl, 1, { "last-event-id": "1" })).toMatchObject([{ active: true }]);
  });
});
