import { describe, expect, it } from "vitest";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { tellAll } from "../../src/sms/listener.ts";
import type { SendResult } from "../../src/sms/send-result.ts";
import { createMetrics, type MetricsParts } from "../../src/telemetry/metrics.ts";
import { type BenchOptions, dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { notSent, scriptedProvider, sent, unknown } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const PARTS: MetricsParts = { providers: () => new Map(), storeMode: "memory", droppedLines: () => 0 };

/** The samples after some events: `name{labels} value` each, without the buckets. */
async function samples(events: GatewayEvent[], parts: Partial<MetricsParts> = {}): Promise<string[]> {
  const metrics = createMetrics({ ...PARTS, ...parts });
  for (const event of events) tellAll(metrics.listeners)(event);
  const { text } = await metrics.render();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#") && !line.includes("_bucket"));
}

/** What one message tells whose providers a, b, c answer like this. */
async function eventsOf(results: SendResult[], options: BenchOptions = {}): Promise<GatewayEvent[]> {
  const clock = createVirtualClock();
  const providers = results.map((result, index) => scriptedProvider("abc".charAt(index), [result], clock));
  const { dispatch, events } = dispatchBench(clock, providers, options);
  const end = dispatch(loginMessage());
  await clock.advance(10_000);
  await end;
  return events;
}

const starting = (name: string) => (line: string) => line.startsWith(name);

describe("failovers", () => {
  it.each<[sentence: string, results: SendResult[], options: BenchOptions, counted: string[]]>([
    ["none when the first one takes it", [sent, sent], {}, []],
    [
      "each step from one provider to the next",
      [notSent("unavailable"), notSent("unauthorized"), sent],
      {},
      ['sms_failovers_total{from="a",to="b"} 1', 'sms_failovers_total{from="b",to="c"} 1'],
    ],
    [
      "none because of one that has no sender there",
      [sent, sent],
      { plans: { a: { incapable: "no sender for DE" } } },
      [],
    ],
  ])("are %s", async (_, results, options, counted) => {
    expect((await samples(await eventsOf(results, options))).filter(starting("sms_failovers_total"))).toEqual(counted);
  });

  it("are those past a provider that is not asked, too", async () => {
    const message = loginMessage();
    const attempts = [
      { provider: "a", skipped: "circuit-open", detail: "it failed too often of late" },
      { provider: "b", attemptId: "1", startedAt: 0, result: sent, durationMs: 1 },
    ] as const;
    const settled = (await eventsOf([sent])).flatMap((event) =>
      event.type === "settled" ? [{ ...event, message, outcome: { ...event.outcome, attempts: [...attempts] } }] : [],
    );
    expect(await samples(settled)).toContain('sms_failovers_total{from="a",to="b"} 1');
  });
});

describe("messages that a person may have got twice", () => {
  it.each<[sentence: string, results: SendResult[], counted: string[]]>([
    ["an unknown and an acceptance", [unknown("timeout"), sent], ['sms_possible_duplicates_total{provider="a"} 1']],
    [
      "two unknowns",
      [notSent("unavailable"), unknown("timeout"), unknown("bad-response")],
      ['sms_possible_duplicates_total{provider="b"} 1'],
    ],
    ["not a refusal and an acceptance", [notSent("unavailable"), sent], []],
  ])("are counted: %s", async (_, results, counted) => {
    const lines = await samples(await eventsOf(results));
    expect(lines.filter(starting("sms_possible_duplicates_total"))).toEqual(counted);
  });
});

describe("time", () => {
  it("is measured per provider, up to the 10 s after which Kratos gives up", async () => {
    const metrics = createMetrics(PARTS);
    for (const event of await eventsOf([notSent("unavailable"), sent])) tellAll(metrics.listeners)(event);
    const { text } = await metrics.render();
    for (const provider of ["a", "b"])
      expect(text).toContain(`sms_attempt_duration_seconds_count{provider="${provider}"} 1`);
    expect(text).toContain('sms_attempt_duration_seconds_bucket{le="10",provider="a"} 1');
    expect(text).toContain('sms_request_duration_seconds_bucket{le="10"} 1');
  });

  it("that the store takes is measured by operation", async () => {
    const lines = await samples([{ type: "stored", operation: "admit", durationMs: 20 }], { storeMode: "redis" });
    expect(lines).toContain('sms_store_duration_seconds_sum{operation="admit"} 0.02');
    expect(lines.filter(starting("sms_store_mode"))).toEqual(['sms_store_mode{mode="redis"} 1']);
  });

  it("that the event loop was late is shown by quantile", async () => {
    const lines = await samples([], { eventLoopDelay: () => new Map([[0.99, 250]]) });
    expect(lines).toContain('sms_event_loop_delay_seconds{quantile="0.99"} 0.25');
  });
});

describe("pumping alarms", () => {
  it("show which are on: one that has ended is not", async () => {
    const alarm = { rule: "country-burst", country: "LV", count: 30, perMs: 600_000, since: 0 } as const;
    const started = { type: "pumping", state: "started", alarm } as const;
    const active = 'sms_pumping_alarms_active{rule="country-burst",country="LV"}';
    expect(await samples([started])).toContain(`${active} 1`);
    expect(await samples([started, { ...started, state: "ended" }])).toContain(`${active} 0`);
  });
});

describe("spend ratios", () => {
  it("are those of the message that was counted last, without the counts of messages", async () => {
    const counted = (...fills: [dimension: string, fill: number][]): GatewayEvent => {
      const counts = fills.map(([dimension, fill]) => ({ dimension, fill, perMs: 1, max: 1, used: fill }));
      return { type: "counted", message: loginMessage(), counts, enforced: true };
    };
    const metrics = createMetrics(PARTS);
    const tell = tellAll(metrics.listeners);
    const ratios = async () => (await metrics.render()).text.match(/^sms_spend_ratio.*$/gm);
    tell(counted(["number", 0.5], ["spend", 0.2], ["spend-country", 0.4]));
    expect(await ratios()).toEqual([
      'sms_spend_ratio{dimension="spend"} 0.2',
      'sms_spend_ratio{dimension="spend-country"} 0.4',
    ]);
    tell(counted(["spend", 0.1]));
    expect(await ratios()).toContain('sms_spend_ratio{dimension="spend"} 0.1');
  });
});
