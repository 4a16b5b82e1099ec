import { Counter, type Registry } from "prom-client";
import type { Attempt, TriedAttempt } from "../sms/attempt.ts";
import type { Listener } from "../sms/listener.ts";
import { addCounter, addHistogram } from "./tallies.ts";

const MAX_TEMPLATES = 50;

/** What became of messages, how long it took, and which provider took what another one did not. */
export function addMessageMetrics(registry: Registry): Listener {
  const countMessage = addCounter(registry, {
    name: "sms_messages_total",
    help: "Messages by what became of them.",
    labelNames: ["outcome", "template", "country"],
  });
  const observeDuration = addHistogram(registry, {
    name: "sms_request_duration_seconds",
    help: "Time from a message's arrival to its answer.",
    labelNames: [],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 10],
  });
  const failovers = new Counter({
    name: "sms_failovers_total",
    help: "Requests to a provider because the one before it failed or was not asked; not when that one has no sender.",
    labelNames: ["from", "to"],
    registers: [registry],
  });
  const doubtful = new Counter({
    name: "sms_possible_duplicates_total",
    help: "Messages that a person may have got twice, by the provider whose first answer left that open.",
    labelNames: ["provider"],
    registers: [registry],
  });
  const countKeyUse = addCounter(registry, {
    name: "sms_key_uses_total",
    help: "Requests to send by the id of the key that they presented: an old one that nobody uses any more can go.",
    labelNames: ["key"],
  });
  const boundedTemplate = createBoundedLabel(MAX_TEMPLATES);
  return {
    authenticated: ({ key }) => countKeyUse({ key }),
    refused: ({ outcome }) => countMessage({ outcome, template: "", country: "" }),
    settled({ message, outcome: { name, attempts }, durationMs }) {
      countMessage({ outcome: name, template: boundedTemplate(message.template), country: message.country });
      observeDuration({}, durationMs / 1000);
      if (attempts.length < 2) return;
      for (const labels of failoversOf(attempts)) failovers.inc(labels);
      const [first, second] = attempts.filter(mayHaveArrived);
      if (first && second) doubtful.inc({ provider: first.provider });
    },
  };
}

function failoversOf(attempts: readonly Attempt[]): { from: string; to: string }[] {
  const able = attempts.filter((attempt) => !("skipped" in attempt && attempt.skipped === "incapable"));
  return able.flatMap((attempt, index) => {
    const from = able[index - 1]?.provider ?? attempt.provider;
    return "result" in attempt && from !== attempt.provider ? [{ from, to: attempt.provider }] : [];
  });
}

function mayHaveArrived(attempt: Attempt): attempt is TriedAttempt {
  return "result" in attempt && attempt.result.outcome !== "not-sent";
}

/** Keeps the first `max` values and calls every later one `other`: what a caller can invent must not grow the metrics. */
function createBoundedLabel(max: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.size < max) seen.add(value);
    return seen.has(value) ? value : "other";
  };
}
