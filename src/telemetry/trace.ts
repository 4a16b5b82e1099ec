import {
  type Context,
  type HrTime,
  isSpanContextValid,
  type ProxyTracerProvider,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import type { TriedAttempt } from "../sms/attempt.ts";
import type { GatewayEvent } from "../sms/event.ts";
import type { Listener } from "../sms/listener.ts";

/**
 * One span per message below the caller's, and below it one per request to a provider; written when the message has
 * ended, so that nothing is kept meanwhile. Without a registered SDK it does nothing.
 */
export function createTraceListener(providerOf: () => TracerProvider = () => trace.getTracerProvider()): Listener {
  return {
    settled(event) {
      try {
        const tracer = registeredTracer(providerOf());
        if (tracer) traceMessage(tracer, event);
      } catch {
        // The SDK is the user's, and a message must not end by it.
      }
    },
  };
}

const NAME = "kratos-sms-gateway";

/** The API's own stand-in hands out a tracer that does nothing at a cost: only what is behind it counts. */
function registeredTracer(provider: TracerProvider): Tracer | undefined {
  if (!("getDelegateTracer" in provider)) return provider.getTracer(NAME);
  return (provider as ProxyTracerProvider).getDelegateTracer(NAME);
}

function traceMessage(tracer: Tracer, { message, outcome, durationMs }: GatewayEvent & { type: "settled" }): void {
  const { template, country, receivedAt } = message;
  const attributes = {
    "sms.template": template,
    "sms.country": country,
    "sms.outcome": outcome.name,
    ...(outcome.provider && { "sms.provider": outcome.provider }),
  };
  const options = { kind: SpanKind.SERVER, startTime: timeOf(receivedAt), attributes };
  const span = tracer.startSpan("sms.message", options, parentOf(message.traceparent));
  if (outcome.name === "failed" || outcome.name === "shed") span.setStatus({ code: SpanStatusCode.ERROR });
  const below = trace.setSpan(ROOT_CONTEXT, span);
  for (const attempt of outcome.attempts) if ("result" in attempt) traceAttempt(tracer, attempt, below);
  span.end(timeOf(receivedAt + durationMs));
}

function traceAttempt(tracer: Tracer, { provider, startedAt, result, durationMs }: TriedAttempt, below: Context): void {
  const attributes = {
    "sms.provider": provider,
    "sms.outcome": result.outcome,
    ...("kind" in result && { "sms.kind": result.kind }),
  };
  const span = tracer.startSpan(
    "sms.attempt",
    { kind: SpanKind.CLIENT, startTime: timeOf(startedAt), attributes },
    below,
  );
  if ("kind" in result) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(timeOf(startedAt + durationMs));
}

/** Such as `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`. @see https://www.w3.org/TR/trace-context/ */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

function parentOf(traceparent = ""): Context {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(traceparent) ?? [];
  const caller: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(caller) ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
}

/** Seconds and nanoseconds: a mere number might be taken for one since the process' start. */
function timeOf(wallMs: number): HrTime {
  return [Math.floor(wallMs / 1000), Math.round((wallMs % 1000) * 1e6)];
}
