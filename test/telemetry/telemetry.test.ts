import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { tellAll } from "../../src/sms/listener.ts";
import { createLogListener } from "../../src/telemetry/log.ts";
import { createLogSink } from "../../src/telemetry/log-sink.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, scriptedProvider, sent } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

/** Everything that one message tells, over a provider that is down and one that takes it. */
async function eventsOfOneMessage(changes = {}): Promise<GatewayEvent[]> {
  const clock = createVirtualClock();
  const providers = [scriptedProvider("a", [notSent("unavailable")], clock), scriptedProvider("b", [sent], clock)];
  const { dispatch, events } = dispatchBench(clock, providers);
  const message = loginMessage(changes);
  const request = {
    method: "POST",
    path: "/courier/sms",
    headers: { "x-api-key": "[masked]" },
    body: Buffer.from(message.text),
  };
  events.push({ type: "received", message, request });
  await dispatch(message);
  return events;
}

function log(events: GatewayEvent[]): { lines: Record<string, unknown>[]; text: string } {
  let text = "";
  const write = (line: string) => {
    text += line;
  };
  const listen = tellAll([createLogListener(createLogger("debug", { write }, createVirtualClock()))]);
  for (const event of events) listen(event);
  return {
    text,
    lines: text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe("the log", () => {
  it("warns with advice on what works and could work better", () => {
    const { lines } = log([{ type: "advice", text: "set this to that" }]);
    expect(lines).toMatchObject([{ level: "warn", msg: "set this to that" }]);
  });

  it("has one line per message with every attempt and its reason", async () => {
    const { lines } = log(await eventsOfOneMessage());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: "info",
      msg: "message sent",
      outcome: "sent",
      template: "login_code_valid",
      country: "DE",
      route: "default",
      provider: "b",
      segments: 1,
      attempts: [
        { provider: "a", outcome: "not-sent", kind: "unavailable" },
        { provider: "b", outcome: "sent", providerMessageId: "id-1" },
      ],
    });
  });

  it("holds neither number nor text nor code, but a tag that is the same for the same number", async () => {
    const { text, lines } = log([
      ...(await eventsOfOneMessage()),
      ...(await eventsOfOneMessage({ template: "recovery_code_valid" })),
    ]);
    expect(text).not.toMatch(/15735990123|482913|login code/);
    expect(lines[0]?.["to"]).toBe(lines[1]?.["to"]);
    expect(lines[0]?.["to"]).toMatch(/^[\w-]{22}$/);
  });

  it("tells where a bug is without the error's own words, which may hold anything", () => {
    const { text, lines } = log([{ type: "broken", error: new TypeError("no +4915735990123 in 482913") }]);
    expect(lines[0]).toMatchObject({
      level: "error",
      error: "TypeError",
      at: expect.arrayContaining([expect.stringContaining("telemetry.test")]),
    });
    expect(text).not.toMatch(/15735990123|482913/);
  });

  it("writes one line when a pumping alarm starts and one when it has ended", () => {
    const alarm = { rule: "client-ip", country: "DE", count: 20, perMs: 600_000, since: 0 } as const;
    const { lines } = log([
      { type: "pumping", state: "started", alarm },
      { type: "pumping", state: "ended", alarm: { ...alarm, count: 31 } },
    ]);
    expect(lines).toMatchObject([
      { level: "warn", msg: "pumping alarm: client-ip in DE, 20 numbers", since: "1970-01-01T00:00:00.000Z" },
      { level: "info", msg: "pumping alarm ended: client-ip in DE, 31 numbers at the most" },
    ]);
  });

  it("writes one line for a refused request", () => {
    const request = { method: "POST", path: "/courier/sms", headers: {}, body: Buffer.from("482913\n") };
    const { text, lines } = log([
      { type: "refused", outcome: "invalid", status: 400, reason: "body: is not JSON", request },
    ]);
    expect(lines).toMatchObject([{ level: "warn", outcome: "invalid", status: 400, reason: "body: is not JSON" }]);
    expect(text).not.toContain("482913");
  });
});

describe("the log sink", () => {
  const clock = createVirtualClock();

  /** A file and what is in it. */
  function file() {
    const path = join(mkdtempSync(join(tmpdir(), "log-")), "log");
    const fd = openSync(path, "w");
    onTestFinished(() => rmSync(dirname(path), { recursive: true }));
    return { fd, content: () => readFileSync(path, "utf8") };
  }

  it("writes every line in order", async () => {
    const { fd, content } = file();
    const sink = createLogSink(fd, clock);
    for (let index = 0; index < 1_000; index++) sink.write(`${index}\n`);
    expect(await sink.flush(1_000)).toBe(true);
    expect(content()).toBe(Array.from({ length: 1_000 }, (_, index) => `${index}\n`).join(""));
    expect(sink.dropped()).toBe(0);
  });

  it.each([
    ["other scripts", "Ваш код 日本語のコード 🔑\n"],
    ["half a pair", "\ud83d\n"],
    ["letters of three bytes, more than usually wait", `${"日".repeat(22_000)}\n`],
    ["a line longer than all that usually waits", `${"ab日".repeat(40_000)}\n`],
  ])("writes %s whole", async (_, line) => {
    const { fd, content } = file();
    const sink = createLogSink(fd, clock);
    for (let round = 0; round < 3; round++) {
      sink.write("before\n");
      sink.write(line);
      sink.write("after\n");
      expect(await sink.flush(1_000)).toBe(true);
    }
    expect(content()).toBe(`before\n${line.toWellFormed()}after\n`.repeat(3));
  });

  it("writes in order what comes while others are being written", async () => {
    const { fd, content } = file();
    const sink = createLogSink(fd, clock);
    const writing: Promise<boolean>[] = [];
    for (let index = 0; index < 200; index++) {
      sink.write(`${index} ${"x".repeat(index * 7)}\n`);
      writing.push(sink.flush(1_000));
      if (index % 3 === 0) await Promise.race(writing);
      if (index % 5 === 0) await writing.at(-1);
    }
    await Promise.all(writing);
    expect(content()).toBe(Array.from({ length: 200 }, (_, index) => `${index} ${"x".repeat(index * 7)}\n`).join(""));
  });

  it("writes the lines of a moment together, without being asked to", async () => {
    const { fd, content } = file();
    const sink = createLogSink(fd, clock);
    sink.write("a\n");
    sink.write("b\n");
    await clock.advance(9);
    expect(content()).toBe("");
    await clock.advance(1);
    await vi.waitFor(() => expect(content()).toBe("a\nb\n"));
  });

  it("writes what waits at once when the process ends", () => {
    const { fd, content } = file();
    const sink = createLogSink(fd, clock);
    sink.write("a\n");
    sink.write("b\n");
    sink.end();
    expect(content()).toBe("a\nb\n");
    createLogSink(openSync("/dev/full", "w"), clock).end();
  });

  it("counts what it cannot write, and goes on", async () => {
    const fd = openSync("/dev/full", "w");
    const sink = createLogSink(fd, clock);
    sink.write("a\n");
    expect(await sink.flush(1_000)).toBe(true);
    sink.write("b\n");
    expect(await sink.flush(1_000)).toBe(true);
    expect(sink.dropped()).toBe(2);
  });

  it("drops what a slow reader leaves no room for, instead of growing", async () => {
    const { fd, content } = file();
    const sink = createLogSink(fd, clock, 10);
    for (let index = 0; index < 9; index++) sink.write("12345\n");
    expect(sink.dropped()).toBeGreaterThan(0);
    await sink.flush(1_000);
    expect(content().length + 6 * sink.dropped()).toBe(54);
  });
});

/** The metrics of a gateway without providers that has only just started. */
function idleMetrics() {
  return createMetrics({ providers: () => new Map(), storeMode: "memory", droppedLines: () => 0 });
}

describe("the metrics", () => {
  it("count messages by outcome and attempts by provider and kind, and measure time", async () => {
    const metrics = idleMetrics();
    for (const event of await eventsOfOneMessage()) tellAll(metrics.listeners)(event);
    const { text } = await metrics.render();
    expect(text).toContain('sms_messages_total{outcome="sent",template="login_code_valid",country="DE"} 1');
    expect(text).toContain('sms_attempts_total{provider="a",kind="unavailable"} 1');
    expect(text).toContain('sms_attempts_total{provider="b",kind="sent"} 1');
    expect(text).toContain("sms_request_duration_seconds_count 1");
    expect(text).not.toMatch(/15735990123|482913/);
  });

  it("say whether the shared store is away, and the log tells it once with its reason", async () => {
    const metrics = idleMetrics();
    expect((await metrics.render()).text).toContain("sms_store_degraded 0");
    tellAll(metrics.listeners)({ type: "store", degraded: true, reason: "OOM" });
    expect((await metrics.render()).text).toContain("sms_store_degraded 1");
    tellAll(metrics.listeners)({ type: "store", degraded: false });
    expect((await metrics.render()).text).toContain("sms_store_degraded 0");
    const { lines } = log([
      { type: "store", degraded: true, reason: "OOM" },
      { type: "store", degraded: false },
    ]);
    expect(lines).toMatchObject([{ level: "error", reason: "OOM" }, { level: "info" }]);
  });

  it("count a pumping alarm when it starts", async () => {
    const metrics = idleMetrics();
    const alarm = { rule: "country-burst", country: "LV", count: 30, perMs: 600_000, since: 0 } as const;
    tellAll(metrics.listeners)({ type: "pumping", state: "started", alarm });
    tellAll(metrics.listeners)({ type: "pumping", state: "ended", alarm });
    const { text } = await metrics.render();
    expect(text).toContain('sms_pumping_alarms_total{rule="country-burst",country="LV"} 1');
  });

  it("do not grow with what a caller invents", async () => {
    const metrics = idleMetrics();
    const events = await eventsOfOneMessage();
    for (let index = 0; index < 200; index++) {
      for (const event of events) {
        if (event.type === "settled")
          tellAll(metrics.listeners)({ ...event, message: loginMessage({ template: `made_up_${index}` }) });
      }
    }
    const { text } = await metrics.render();
    expect(text.match(/^sms_messages_total\{/gm)).toHaveLength(51);
    expect(text).toContain('template="other"');
  });
});
