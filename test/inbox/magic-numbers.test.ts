import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { magicNumbers, magicScript } from "../../src/inbox/magic-numbers.ts";
import { type E164, parseNumber } from "../../src/sms/e164.ts";
import { type ComposedGateway, startComposed } from "../helpers/composed-gateway.ts";
import { type CourierMessage, createKratosDouble, type RetryModel } from "../helpers/kratos-double.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const DEV = "mode: dev";
const number = (digits: string) => `+1500555${digits}`;

/** The status of each of `times` requests for one message; `closed` when no answer came. */
async function statuses(gateway: ComposedGateway, to: string, times: number): Promise<(number | "closed")[]> {
  const seen: (number | "closed")[] = [];
  for (let count = 0; count < times; count++) {
    const answer = await gateway.post(to).catch(() => undefined);
    seen.push(answer?.status ?? "closed");
    expect(answer?.headers.get("retry-after") ?? null).toBeNull();
  }
  return seen;
}

describe("a magic number", () => {
  it.each<[digits: string, answers: (number | "closed")[], outcome: string, more: object]>([
    ["0001", [200, 200], "rejected", { reason: "invalid-recipient" }],
    ["0004", [200, 200], "rejected", { reason: "opted-out" }],
    ["0006", [200], "captured", { simulated: expect.stringContaining("delivered") }],
    ["0009", [200, 200], "rejected", { reason: "invalid-recipient" }],
    ["1503", [503, 503, 503, 503, 503, 503, 503], "failed", { simulated: "1503: every request is answered 503" }],
    ["1429", [429, 429], "failed", { reason: "simulated: every request is answered 429" }],
    ["1400", [400, 400], "failed", {}],
    ["1599", [599, 599], "failed", {}],
    ["2503", [503, 200, 200], "captured", { provider: "inbox" }],
    ["2429", [429, 200], "captured", {}],
    ["3503", [503, 503, 503, 503, 503, 200, 200], "captured", { provider: "inbox" }],
    ["3401", [401, 401, 401, 401, 401, 200], "captured", {}],
    ["4000", [200], "captured", { simulated: "4000: captured at once, each answer 0 s late" }],
    ["5000", ["closed", "closed"], "failed", { reason: expect.stringContaining("closed without an answer") }],
    ["5001", [200], "captured", { simulated: expect.stringContaining("undelivered") }],
    ["6503", [200], "captured", { provider: "inbox-backup" }],
    ["6429", [200], "captured", { provider: "inbox-backup" }],
    ["6401", [200], "captured", { provider: "inbox-backup" }],
    ["6400", [200], "captured", { provider: "inbox-backup" }],
    ["7001", [200], "suppressed", { simulated: "7001: over the limit per number" }],
  ])("…%s answers %j and is shown as %s", async (digits, answers, outcome, more) => {
    const gateway = await startComposed();
    expect(await statuses(gateway, number(digits), answers.length)).toEqual(answers);
    const [newest] = await gateway.messages();
    expect(newest).toMatchObject({ to: number(digits), outcome, ...more });
    expect(newest.simulated).toMatch(new RegExp(`^${digits}: `));
    // What the caller got, not what the gateway would have said.
    const { requests } = await gateway.inbox(`/api/messages/${newest.id}`);
    expect(requests.map(({ status = "closed" }) => status)).toEqual(answers);
  });

  it.each(["8000", "1200", "1399", "1600", "2000", "4100", "5003", "7000", "0002"])(
    "…%s is none: the message goes its usual way",
    async (digits) => {
      const gateway = await startComposed();
      expect(await statuses(gateway, number(digits), 1)).toEqual([200]);
      const [message] = await gateway.messages();
      expect(message).toMatchObject({ outcome: "captured", provider: "inbox" });
      expect(message.simulated).toBeUndefined();
    },
  );

  it("is answered as its own, however many requests are under way at once", async () => {
    const gateway = await startComposed();
    const digits = Array.from({ length: 40 }, (_, index) => ["1503", "1400", "0006", "1429"][index % 4] ?? "");
    const answers = await Promise.all(digits.map((last, index) => gateway.post(number(last), String(100_000 + index))));
    expect(answers.map(({ status }) => status)).toEqual(
      digits.map((last) => (last === "0006" ? 200 : Number(last.slice(1)))),
    );
  });

  it("counts the requests of each message for itself", async () => {
    const gateway = await startComposed();
    const ask = async (code: string) => (await gateway.post(number("2503"), code)).status;
    expect([await ask("111111"), await ask("222222"), await ask("111111"), await ask("222222")]).toEqual([
      503, 503, 200, 200,
    ]);
  });

  it("begins anew with the same words when the claim on them is over", async () => {
    const clock = createVirtualClock();
    const gateway = await startComposed(DEV, { clock });
    expect(await statuses(gateway, number("2503"), 3)).toEqual([503, 200, 200]);
    await clock.advance(10 * 60_000 + 1);
    expect(await statuses(gateway, number("2503"), 2)).toEqual([503, 200]);
  });

  describe("…40SS", () => {
    /** A request that is answered 99 s late, as far as that it waits. */
    async function hold(init?: RequestInit) {
      const clock = createVirtualClock();
      const gateway = await startComposed(DEV, { clock });
      const before = clock.sleepers();
      let status: number | undefined;
      const answer = gateway.post(number("4099"), "482913", init).then((response) => {
        status = response.status;
      });
      await until(async () => clock.sleepers() > before && (await gateway.messages())[0]?.outcome === "captured");
      return { clock, gateway, before, answer, status: () => status };
    }

    it("shows the message at once and answers so many seconds late", async () => {
      const { clock, gateway, answer, status } = await hold();
      await clock.advance(98_999);
      await gateway.messages();
      expect(status()).toBeUndefined();
      await clock.advance(1);
      await answer;
      expect(status()).toBe(200);
    });

    it("waits no longer when Kratos has hung up", async () => {
      const hangUp = new AbortController();
      const { clock, before, answer } = await hold({ signal: hangUp.signal });
      hangUp.abort();
      await expect(answer).rejects.toThrow();
      await until(async () => clock.sleepers() === before);
    });

    it("waits no longer when the gateway ends", async () => {
      const { gateway, answer, status } = await hold();
      gateway.release();
      await answer;
      expect(status()).toBe(200);
    });
  });

  it("…5002 is answered at once and shown 20 s later, to waits too", async () => {
    const clock = createVirtualClock();
    const gateway = await startComposed(DEV, { clock });
    expect(await statuses(gateway, number("5002"), 1)).toEqual([200]);
    await clock.advance(19_999);
    expect(await gateway.messages()).toEqual([]);
    await clock.advance(1);
    expect(await gateway.messages()).toMatchObject([
      { outcome: "captured", simulated: expect.stringMatching(/^5002/) },
    ]);
    expect(await gateway.inbox(`/api/codes/latest?to=${encodeURIComponent(number("5002"))}`)).toMatchObject({
      code: "482913",
    });
  });

  it("…6NNN goes through the real failover: what the first provider said is in the attempts", async () => {
    const gateway = await startComposed();
    await gateway.post(number("6503"));
    const [{ id }] = await gateway.messages();
    expect((await gateway.inbox(`/api/messages/${id}`)).attempts).toMatchObject([
      { provider: "inbox", outcome: "not-sent", kind: "unavailable", vendorCode: "503" },
      { provider: "inbox-backup", outcome: "captured" },
    ]);
  });

  it("…6NNN is captured each time, also while the first provider's circuit is open", async () => {
    const gateway = await startComposed();
    for (const code of ["1", "2", "3", "4", "5"]) {
      expect((await gateway.post(number("6503"), `12345${code}`)).headers.get("x-outcome")).toBe("captured");
    }
    expect((await gateway.messages()).map(({ provider }) => provider)).toEqual(Array(5).fill("inbox-backup"));
  });

  it("moves no circuit breaker but that of 6NNN's first provider", async () => {
    const gateway = await startComposed();
    for (const digits of ["0001", "0004", "0009", "1503", "2503", "3503", "5000", "7001"]) {
      for (const code of ["111111", "222222", "333333", "444444"])
        await gateway.post(number(digits), code).catch(() => {});
    }
    await gateway.post("+4915735990123");
    expect((await gateway.messages())[0]).toMatchObject({ to: "+4915735990123", provider: "inbox" });
  });

  it("is limited as the operator wants limited messages answered", async () => {
    const gateway = await startComposed(`${DEV}
limits: { onLimit: reject }
`);
    expect(await statuses(gateway, number("7001"), 2)).toEqual([429, 429]);
  });

  it("works for whatever does not reach a provider also where the destination is refused", async () => {
    const gateway = await startComposed(`${DEV}
destinations: { countries: [DE] }
`);
    expect(await statuses(gateway, number("2503"), 2)).toEqual([503, 200]);
    expect((await gateway.messages())[0]).toMatchObject({ outcome: "rejected" });
  });

  it("is answered 401 without the key: nobody gets past the door", async () => {
    const gateway = await startComposed(`${DEV}\nauth: { keys: [{ id: kratos, secret: key-of-kratos }] }\n`);
    expect(await statuses(gateway, number("1503"), 1)).toEqual([401]);
  });

  it("leaves neither its number nor its last digits in the log or an answer", async () => {
    const gateway = await startComposed();
    const answer = await gateway.post(number("1418"));
    expect(answer.headers.get("x-outcome")).toBe("failed");
    expect(answer.headers.get("x-message-id")).toMatch(/^msg_/);
    expect(gateway.log()).toContain('"outcome":"failed"');
    expect(gateway.log() + (await answer.text())).not.toMatch(/5551418|"1418|1418:/);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

describe.each<RetryModel>(["26.2", "25.4"])("Kratos %s and a magic number", (model) => {
  it.each<[digits: string, status: CourierMessage["status"], posts: Record<RetryModel, number>]>([
    ["0001", "sent", { "26.2": 1, "25.4": 1 }],
    ["0004", "sent", { "26.2": 1, "25.4": 1 }],
    ["0006", "sent", { "26.2": 1, "25.4": 1 }],
    ["0009", "sent", { "26.2": 1, "25.4": 1 }],
    ["1503", "abandoned", { "26.2": 6, "25.4": 18 }],
    ["1429", "abandoned", { "26.2": 6, "25.4": 18 }],
    ["1400", "abandoned", { "26.2": 6, "25.4": 6 }],
    ["1501", "abandoned", { "26.2": 6, "25.4": 6 }],
    ["2503", "sent", { "26.2": 2, "25.4": 2 }],
    ["2400", "sent", { "26.2": 2, "25.4": 2 }],
    ["3503", "sent", { "26.2": 6, "25.4": 6 }],
    ["3400", "sent", { "26.2": 6, "25.4": 6 }],
    ["4000", "sent", { "26.2": 1, "25.4": 1 }],
    ["5000", "abandoned", { "26.2": 6, "25.4": 18 }],
    ["5001", "sent", { "26.2": 1, "25.4": 1 }],
    ["5002", "sent", { "26.2": 1, "25.4": 1 }],
    ["6503", "sent", { "26.2": 1, "25.4": 1 }],
    ["7001", "sent", { "26.2": 1, "25.4": 1 }],
  ])("…%s ends as %s", async (digits, status, posts) => {
    const gateway = await startComposed();
    const kratos = createKratosDouble({ url: () => gateway.courierUrl, apiKey: "", model, secondMs: 5 });
    onTestFinished(() => kratos.close());
    kratos.queue({ to: number(digits), code: "482913" });
    const [message] = await kratos.work();
    expect([message?.status, message?.posts.length]).toEqual([status, posts[model]]);
  });
});

it("a late answer, as 4012 gives to a Kratos that waits 10 s, is asked for again and abandoned", async () => {
  const gateway = await startComposed();
  const kratos = createKratosDouble({ url: () => gateway.courierUrl, apiKey: "", secondMs: 5, timeoutMs: 300 });
  onTestFinished(() => kratos.close());
  kratos.queue({ to: number("4001"), code: "482913" });
  const [message] = await kratos.work();
  expect([message?.status, message?.posts.map(({ status }) => status)]).toEqual([
    "abandoned",
    Array(6).fill(undefined),
  ]);
  expect(await gateway.messages()).toMatchObject([{ outcome: "captured", code: "482913" }]);
});

describe("the table", () => {
  const examples = magicNumbers.flatMap(({ number }) =>
    ["400", "599"].map((status) => number.replace(/ /g, "").replace("NNN", status).replace("SS", "07")),
  );

  it("has only numbers that exist, as Kratos demands, and a script for each", () => {
    for (const example of examples) {
      expect(parseNumber(example)).toMatchObject({ number: example });
      expect(magicScript(example as E164), example).toBeDefined();
    }
  });

  it("is the one in docs/magic-numbers.md", () => {
    const page = readFileSync("docs/magic-numbers.md", "utf8");
    const rows = magicNumbers.map(({ number, says, kratosThen }) => `| \`${number}\` | ${says} | ${kratosThen} |`);
    expect(page.split("\n").filter((line) => line.startsWith("| `+1 500"))).toEqual(rows);
  });
});
