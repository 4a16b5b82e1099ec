import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import type { Attempt } from "../sms/attempt.ts";
import type { GatewayEvent } from "../sms/event.ts";
import type { Listener } from "../sms/listener.ts";
import type { OutcomeName } from "../sms/outcome.ts";

/** Levels of `log.level`. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const OUTCOME_LEVEL: Record<OutcomeName, "info" | "warn" | "error"> = {
  sent: "info",
  captured: "info",
  duplicate: "info",
  suppressed: "warn",
  rejected: "warn",
  ambiguous: "warn",
  failed: "error",
  shed: "error",
};

/** A logger of JSON lines. */
export function createLogger(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
}

/** One line per message and one per refused request; numbers only as keyed tags, texts and codes never. */
export function createLogListener(logger: Logger): Listener {
  return {
    settled: (event) => logSettled(logger, event),
    refused: (event) => logRefused(logger, event),
    limited: (event) => logLimited(logger, event),
    pumping: (event) => logPumping(logger, event),
    breaker: (event) => logBreaker(logger, event),
    store: (event) => logStore(logger, event),
    reloaded: (event) => logReloaded(logger, event),
    advice: ({ text }) => logger.warn(text),
    listening: ({ source, mode, providers, urls }) =>
      logger.info({ source, mode, providers, ...urls }, `listening in ${mode} mode`),
    draining: ({ type }) => logger.info(type),
    stopped: ({ type }) => logger.info(type),
    broken: ({ error }) =>
      logger.error({ error: error.name, at: frames(error) }, "a bug in the gateway ended a request"),
  };
}

function logSettled(logger: Logger, event: GatewayEvent & { type: "settled" }): void {
  const { message, tag, decision, outcome, durationMs } = event;
  const fields = {
    outcome: outcome.name,
    reason: outcome.reason,
    id: outcome.messageId,
    template: message.template,
    country: message.country,
    to: tag,
    route: decision.route,
    provider: outcome.provider,
    attempts: outcome.attempts.map(attemptFields),
    segments: decision.segments.count,
    durationMs: Math.round(durationMs),
  };
  logger[OUTCOME_LEVEL[outcome.name]](fields, `message ${outcome.name}`);
}

function logRefused(
  logger: Logger,
  { outcome, status, reason, id, template }: GatewayEvent & { type: "refused" },
): void {
  logger.warn(
    { outcome, status, reason, id, template },
    outcome === "rejected" ? "message rejected" : "request refused",
  );
}

/** One that was stopped has its own line at its end. */
function logLimited(logger: Logger, { message, dimension, enforced }: GatewayEvent & { type: "limited" }): void {
  if (!enforced) logger.warn({ id: message.id, limit: dimension }, `over the limit: ${dimension} (not enforced)`);
}

/** Twice per alarm, however many messages it is about. */
function logPumping(logger: Logger, { state, alarm }: GatewayEvent & { type: "pumping" }): void {
  const { rule, country, count, perMs, since } = alarm;
  const fields = { rule, country, count, perMs, since: new Date(since).toISOString() };
  if (state === "started") logger.warn(fields, `pumping alarm: ${rule} in ${country}, ${count} numbers`);
  else logger.info(fields, `pumping alarm ended: ${rule} in ${country}, ${count} numbers at the most`);
}

function logBreaker(logger: Logger, { provider, state }: GatewayEvent & { type: "breaker" }): void {
  const level = state === "open" ? "error" : "info";
  logger[level]({ provider, breaker: state }, `circuit breaker of ${provider} is ${state}`);
}

/** One line, however much is wrong. */
function logReloaded(logger: Logger, { result, by, problems, warnings }: GatewayEvent & { type: "reloaded" }): void {
  if (result === "applied") logger.info({ by, warnings }, "the configuration was read anew and is in force");
  else logger.error({ by, problems }, "the configuration cannot be used; the last good one stays in force");
}

function logStore(logger: Logger, { degraded, reason }: GatewayEvent & { type: "store" }): void {
  if (degraded) logger.error({ reason }, "the shared store is away; this process goes on with its share of the limits");
  else logger.info("the shared store is back");
}

function attemptFields(attempt: Attempt): Record<string, unknown> {
  if ("skipped" in attempt) return { provider: attempt.provider, skipped: attempt.skipped, detail: attempt.detail };
  const { provider, result } = attempt;
  const { outcome } = result;
  const durationMs = Math.round(attempt.durationMs);
  if (outcome === "captured") return { provider, outcome, durationMs };
  if (outcome === "sent") return { provider, outcome, durationMs, providerMessageId: result.providerMessageId };
  const { kind, detail, vendorCode } = result;
  return { provider, outcome, durationMs, kind, detail, vendorCode };
}

function frames(error: Error): string[] {
  const lines = error.stack?.split("\n") ?? [];
  return lines.filter((line) => /^\s+at /.test(line)).map((line) => line.trim());
}
