import { type TracerProvider, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { describe, expect, it, onTestFinished } from "vitest";
import type { GatewayEvent } from "../../src/sms/event.ts";
import { tellAll } from "../../src/sms/listener.ts";
import type { Message } from "../../src/sms/message.ts";
import type { SendResult } from "../../src/sms/send-result.ts";
import { createTraceListener } from "../../src/telemetry/trace.ts";
import { dispatchBench } from "../helpers/dispatch-bench.ts";
import { loginMessage } from "../helpers/messages.ts";
import { startFromYaml } from "../helpers/running-app.ts";
import { notSent, scriptedProvider, sent } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const KRATOS_SPAN = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE_ID}-${KRATOS_SPAN}-01`;
const NOON = Date.UTC(2026, 10, 21, 12);

/** An SDK that keeps what it is given. */
function createSdk() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { provider, spans: () => exporter.getFinishedSpans() };
}

/** What one message tells whose providers a and b take 200 ms each to answer like this. */
async function eventsOf(results: SendResult[], changes: Partial<Message> = {}): Promise<GatewayEvent[]> {
  const clock = createVirtualClock(NOON);
  const providers = results.map((result, index) => scriptedProvider("ab".charAt(index), [result], clock, 200));
  const { dispatch, events } = dispatchBench(clock, providers);
  const end = dispatch(loginMessage({ receivedAt: NOON, traceparent: TRACEPARENT, ...changes }));
  await clock.advance(10_000);
  await end;
  return events;
}

async function spansOf(results: SendResult[], changes: Partial<Message> = {}): Promise<ReadableSpan[]> {
  const { provider, spans } = createSdk();
  const tell = tellAll([createTraceListener(() => provider)]);
  for (const event of await eventsOf(results, changes)) tell(event);
  return spans();
}

const msAfterNoon = ([seconds, nanos]: readonly [number, number]) => seconds * 1_000 + nanos / 1e6 - NOON;

describe("a trace", () => {
  it("has one span per message below Kratos' own, and below it one per request to a provider", async () => {
    const spans = await spansOf([notSent("unavailable"), sent]);
    const message = spans.find(({ name }) => name === "sms.message");
    expect(spans.map(({ name }) => name)).toEqual(["sms.attempt", "sms.attempt", "sms.message"]);
    expect(message?.parentSpanContext).toMatchObject({ spanId: KRATOS_SPAN, isRemote: true });
    const own = message?.spanContext();
    for (const span of spans) expect(span.spanContext().traceId).toBe(TRACE_ID);
    for (const span of spans.slice(0, 2)) expect(span.parentSpanContext?.spanId).toBe(own?.spanId);
  });

  it("tells when each request began and how long it took", async () => {
    const spans = await spansOf([notSent("unavailable"), sent]);
    expect(spans.map(({ startTime, endTime }) => [msAfterNoon(startTime), msAfterNoon(endTime)])).toEqual([
      [0, 200],
      [200, 400],
      [0, 400],
    ]);
  });

  it("says of each what it came to, by names that are on the list and nothing else", async () => {
    const spans = await spansOf([notSent("unavailable"), sent]);
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      { "sms.provider": "a", "sms.outcome": "not-sent", "sms.kind": "unavailable" },
      { "sms.provider": "b", "sms.outcome": "sent" },
      { "sms.template": "login_code_valid", "sms.country": "DE", "sms.outcome": "sent", "sms.provider": "b" },
    ]);
    expect(spans.map(({ status }) => status.code)).toEqual([2, 0, 0]);
    const shown = spans.map(({ name, attributes, events, links, status }) => ({
      ...{ name, attributes, events, links, status },
    }));
    expect(JSON.stringify(shown)).not.toMatch(/15735990123|482913|login code|scripted/);
  });

  it("is an error when nobody could take the message", async () => {
    const message = (await spansOf([notSent("unavailable")])).find(({ name }) => name === "sms.message");
    expect(message?.status.code).toBe(2);
    expect(message?.attributes["sms.outcome"]).toBe("failed");
  });

  it.each([
    ["absent", ""],
    ["nonsense", "sesame"],
    ["all zero", `00-${"0".repeat(32)}-${KRATOS_SPAN}-01`],
    ["of a version that is forbidden", `ff-${TRACE_ID}-${KRATOS_SPAN}-01`],
  ])("begins with the message when the caller's is %s", async (_, traceparent) => {
    const [span] = (await spansOf([sent], { traceparent })).slice(-1);
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.spanContext().traceId).not.toBe(TRACE_ID);
  });

  it("is not sampled when Kratos' is not", async () => {
    expect(await spansOf([sent], { traceparent: `00-${TRACE_ID}-${KRATOS_SPAN}-00` })).toEqual([]);
  });
});

describe("an SDK", () => {
  it("that throws stops nothing", async () => {
    const broken = { getTracer: () => ({ startSpan: () => raise() }) } as unknown as TracerProvider;
    const tell = tellAll([createTraceListener(() => broken)]);
    for (const event of await eventsOf([sent])) expect(() => tell(event)).not.toThrow();
  });

  it("that nobody registered costs nothing: no tracer is asked for a span", async () => {
    const proxy = trace.getTracerProvider();
    let asked = 0;
    const counting = new Proxy(proxy, {
      get: (target, name) => (name === "getTracer" ? () => (asked += 1) : Reflect.get(target, name, target)),
    });
    const tell = tellAll([createTraceListener(() => counting)]);
    for (const event of await eventsOf([sent])) tell(event);
    expect(asked).toBe(0);
  });

  it("that is registered before the gateway sees what Kratos' request came to", async () => {
    const { provider, spans } = createSdk();
    trace.setGlobalTracerProvider(provider);
    onTestFinished(() => trace.disable());
    const { urls } = await startFromYaml("mode: dev\nlisten: { port: 0 }\nops: { port: 0 }\ninbox: { port: 0 }\n");
    await fetch(`${urls.gateway}/courier/sms`, {
      method: "POST",
      headers: { "content-type": "application/json", traceparent: TRACEPARENT },
      body: JSON.stringify({ to: "+4915735990123", body: "Your login code is: 482913" }),
    });
    expect(spans().map(({ name, attributes }) => [name, attributes["sms.outcome"]])).toEqual([
      ["sms.attempt", "captured"],
      ["sms.message", "captured"],
    ]);
    expect(spans()[1]?.parentSpanContext?.spanId).toBe(KRATOS_SPAN);
    const startedAt = spans()[0]?.startTime[0] ?? 0;
    expect(Math.abs(startedAt - Date.now() / 1_000)).toBeLessThan(60);
  });
});

function raise(): never {
  throw new Error("the SDK is broken");
}
