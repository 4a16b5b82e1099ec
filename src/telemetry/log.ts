import type { Attempt } from "../sms/attempt.ts";
import type { GatewayEvent } from "../sms/event.ts";
import type { Listener } from "../sms/listener.ts";
import type { OutcomeName } from "../sms/outcome.ts";
import type { LineLevel, Logger } from "./logger.ts";

const OUTCOME_LEVEL: Record<OutcomeName, LineLevel> = {
  sent: "info",
  captured: "info",
  duplicate: "info",
  suppressed: "warn",
  rejected: "warn",
  ambiguous: "warn",
  failed: "error",
  shed: "error",
};

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
    advice: ({ text }) => logger.log("warn", { msg: text }),
    listening: ({ source, mode, providers, urls }) =>
      logger.log("info", { source, mode, providers, ...urls, msg: `listening in ${mode} mode` }),
    draining: ({ type }) => logger.log("info", { msg: type }),
    stopped: ({ type }) => logger.log("info", { msg: type }),
    broken: ({ error }) =>
      logger.log("error", { error: error.name, at: frames(error), msg: "a bug in the gateway ended a request" }),
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
    msg: `message ${outcome.name}`,
  };
  logger.log(OUTCOME_LEVEL[outcome.name], fields);
}

function logRefused(
  logger: Logger,
  { outcome, status, reason, id, template }: GatewayEvent & { type: "refused" },
): void {
  const msg = outcome === "rejected" ? "message rejected" : "request refused";
  logger.log("warn", { outcome, status, reason, id, template, msg });
}

/** One that was stopped has its own line at its end. */
function logLimited(logger: Logger, { message, dimension, enforced }: GatewayEvent & { type: "limited" }): void {
  if (!enforced)
    logger.log("warn", { id: message.id, limit: dimension, msg: `over the limit: ${dimension} (not enforced)` });
}

/** Twice per alarm, however many messages it is about. */
function logPumping(logger: Logger, { state, alarm }: GatewayEvent & { type: "pumping" }): void {
  const { rule, country, count, perMs, since } = alarm;
  const fields = { rule, country, count, perMs, since: new Date(since).toISOString() };
  const started = `pumping alarm: ${rule} in ${country}, ${count} numbers`;
  const ended = `pumping alarm ended: ${rule} in ${country}, ${count} numbers at the most`;
  if (state === "started") logger.log("warn", { ...fields, msg: started });
  else logger.log("info", { ...fields, msg: ended });
}

function logBreaker(logger: Logger, { provider, state }: GatewayEvent & { type: "breaker" }): void {
  const level = state === "open" ? "error" : "info";
  logger.log(level, { provider, breaker: state, msg: `circuit breaker of ${provider} is ${state}` });
}

/** One line, however much is wrong. */
function logReloaded(logger: Logger, { result, by, problems, warnings }: GatewayEvent & { type: "reloaded" }): void {
  const applied = { by, warnings, msg: "the configuration was read anew and is in force" };
  const refused = { by, problems, msg: "the configuration cannot be used; the last good one stays in force" };
  if (result === "applied") logger.log("info", applied);
  else logger.log("error", refused);
}

function logStore(logger: Logger, { degraded, reason }: GatewayEvent & { type: "store" }): void {
  const away = "the shared store is away; this process goes on with its share of the limits";
  if (degraded) logger.log("error", { reason, msg: away });
  else logger.log("info", { msg: "the shared store is back" });
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
