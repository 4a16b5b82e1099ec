import type { NotSentKind, SendResult } from "../../src/sms/send-result.ts";
import type { Facts, Invariant } from "./facts.ts";
import type { Told } from "./gateway.ts";

const LONGEST_ASKED_MS = 60_000;
const ALL_WELL_AFTER_MS = 30_000;
const FAILURES_LEAST = 3;
const GRACE_MS = 250;

/** What keeps vendors away moves only for good reason, and nothing of it stays when all is well. */
export const healthInvariants: Invariant[] = [
  [
    "I9 a breaker opens only for failures of its vendor, and closes only for an accepted message",
    (facts) =>
      facts.told.flatMap((told) =>
        told.event.type === "breaker" && !isDeserved(facts, told, told.event)
          ? [`${told.event.provider} ${told.event.state} at ${told.atMs} ms`]
          : [],
      ),
  ],
  [
    "no vendor has more requests under way than it may get",
    ({ calls, schedule }) =>
      schedule.vendors.flatMap(({ name, maxInFlight }) =>
        calls
          .filter(({ vendor, together }) => vendor === name && together > maxInFlight)
          .map(({ to, together }) => `${to} is number ${together} of ${maxInFlight} at ${name}`),
      ),
  ],
  [
    "a vendor that is incapable of a country or switched off gets no request",
    ({ calls, switched, schedule, asked, lives }) => {
      const latestMs = schedule.failover.answerWithin + GRACE_MS;
      const countries = new Map(asked.map(({ message }) => [message.to as string, message.country]));
      const unable = schedule.vendors.flatMap(({ name, incapable }) =>
        incapable.map((country) => `${name} ${country}`),
      );
      return calls
        .filter(({ vendor, life, to, startedMs }) => {
          const last = switched.filter(
            (one) => one.vendor === vendor && one.store === lives[life]?.store && one.atMs <= startedMs,
          );
          const isOff = startedMs <= schedule.faultsEndMs && last.at(-1)?.on === false;
          return (
            unable.includes(`${vendor} ${countries.get(to)}`) ||
            (isOff && startedMs - (last.at(-1)?.atMs ?? 0) > latestMs)
          );
        })
        .map(({ vendor, to }) => `${vendor} for ${to}`);
    },
  ],
  [
    "I11 when all has been well for 30 s every new message is sent",
    ({ probes }) => probes.filter(({ outcome }) => outcome?.name !== "sent").map(({ message }) => message.to),
  ],
  [
    "I11 when all has been well for 30 s the first vendor gets the messages again, unless it asked for longer",
    ({ probes, schedule, calls, calmMs }) => {
      const first = schedule.vendors[0]?.name;
      const askedMs = calls
        .filter(({ vendor }) => vendor === first)
        .flatMap(({ result, endedMs = 0 }) =>
          result?.outcome === "not-sent" && result.retryAfterMs !== undefined
            ? [endedMs + Math.min(result.retryAfterMs, LONGEST_ASKED_MS)]
            : [],
        );
      const fromMs = Math.max(calmMs + ALL_WELL_AFTER_MS, ...askedMs);
      return probes
        .filter(({ startedMs, outcome }) => startedMs >= fromMs && outcome?.provider !== first)
        .map(({ message, outcome }) => `${message.to} is sent by ${outcome?.provider}`);
    },
  ],
  ["I11 nothing is left over at the end", ({ leftovers }) => leftovers],
];

function isDeserved(
  { told, calls }: Facts,
  { life, atMs }: Told,
  { provider, state }: Extract<Told["event"], { type: "breaker" }>,
): boolean {
  if (state === "half-open") return true;
  const before = told.filter(
    ({ event, ...one }) =>
      event.type === "breaker" && event.provider === provider && one.life === life && one.atMs < atMs,
  );
  const sinceMs = before.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const last = before.at(-1)?.event;
  const wasClosed = last?.type !== "breaker" || last.state === "closed";
  const verdicts = calls
    .filter((call) => call.vendor === provider && call.life === life && call.endedMs !== undefined)
    .filter(({ endedMs = 0 }) => endedMs <= atMs && endedMs > sinceMs)
    .flatMap(({ result, endedMs }) => (result ? [{ verdict: verdictOn(result), isNow: endedMs === atMs }] : []));
  const now = verdicts.filter(({ isNow }) => isNow).map(({ verdict }) => verdict);
  if (state === "closed") return now.includes("well");
  if (now.includes("down")) return true;
  return (
    now.includes("failed") &&
    (!wasClosed || verdicts.filter(({ verdict }) => verdict === "failed").length >= FAILURES_LEAST)
  );
}

/** What the table of error kinds says of a vendor; nothing of one message moves its breaker. */
function verdictOn(result: SendResult): "well" | "failed" | "down" | "silent" {
  if (result.outcome === "unknown") return "failed";
  if (result.outcome !== "not-sent") return "well";
  const verdicts: Partial<Record<NotSentKind, "failed" | "down">> = {
    ...{ unavailable: "failed", unauthorized: "down", "quota-exhausted": "down" },
  };
  return verdicts[result.kind] ?? "silent";
}
