import type { Outcome } from "../../src/sms/outcome.ts";
import type { NotSentKind } from "../../src/sms/send-result.ts";
import { factsOf, type Invariant, triedBy } from "./facts.ts";
import { healthInvariants } from "./health.ts";
import { ledgerInvariants } from "./ledgers.ts";
import type { History } from "./simulate.ts";

/** After one of these no other vendor is asked. */
const FINAL: NotSentKind[] = ["invalid-recipient", "opted-out", "fraud-block"];
const GRACE_MS = 250;

/** Every sentence that the history breaks, with what broke it. */
export function brokenInvariants(history: History): string[] {
  const facts = factsOf(history);
  return [...INVARIANTS, ...ledgerInvariants, ...healthInvariants].flatMap(([sentence, violations]) =>
    violations(facts).map((violation) => `${sentence}: ${violation}`),
  );
}

const INVARIANTS: Invariant[] = [
  [
    "I0 no request ends in a bug",
    ({ asked }) => asked.flatMap(({ error, message }) => (error ? [`${message.id}: ${error.stack}`] : [])),
  ],
  [
    "I1 a message that is called sent was accepted by the vendor that is named",
    ({ answered, call }) =>
      answered
        .filter(({ outcome }) => outcome.name === "sent")
        .filter((one) => {
          const last = call(triedBy(one).at(-1)?.attemptId ?? "");
          return !(last?.vendor === one.outcome.provider && (last?.acceptedMs ?? Number.NaN) <= one.endedMs);
        })
        .map(({ message }) => message.id),
  ],
  [
    "I1 a duplicate repeats a message of the same words that ended with 200",
    ({ answered, byId }) =>
      answered
        .filter(({ outcome }) => outcome.name === "duplicate")
        .filter(({ message, outcome }) => {
          const first = byId(outcome.messageId);
          const firstName = first?.outcome?.name ?? "";
          return first?.message.to !== message.to || !["sent", "rejected", "ambiguous"].includes(firstName);
        })
        .map(({ message, outcome }) => `${message.id} of ${outcome.messageId}`),
  ],
  [
    "I2 of a message that failed no vendor had accepted anything by then, unless an attempt was unknown",
    ({ errands, isUnknown, failedMs }) =>
      errands.flatMap(({ asked, calls }) => {
        if (calls.some(isUnknown)) return [];
        const firstMs = Math.min(...calls.map(({ acceptedMs }) => acceptedMs ?? Number.POSITIVE_INFINITY));
        return asked
          .filter((one) => isGivenUp(one.outcome) && firstMs <= failedMs(one))
          .map(({ message }) => message.id);
      }),
  ],
  [
    "I3 a message is accepted twice only after an unknown, and never three times",
    ({ errands, isUnknown, overMs, owners }) =>
      errands.flatMap(({ to, calls }) => {
        const accepted = calls.filter(({ acceptedMs }) => acceptedMs !== undefined);
        const isExcused = ({ startedMs }: (typeof calls)[number]) =>
          calls.some((call) => isUnknown(call) && overMs(call) <= startedMs);
        return accepted.length > 2 * owners(calls) || accepted.slice(1).some((call) => !isExcused(call))
          ? [`${to} ${accepted.length} times`]
          : [];
      }),
  ],
  [
    "I3 a code ends unknown at most twice, a notice once",
    ({ errands, schedule, isUnknown, owners }) =>
      errands
        .filter(({ asked, calls }) => {
          const most = asked[0]?.message.code && schedule.failover.onUnknown === "next" ? 2 : 1;
          return calls.filter(isUnknown).length > most * owners(calls);
        })
        .map(({ to }) => to),
  ],
  [
    "I3 only one request at a time sends a message, and none after it had its end",
    ({ errands, call }) =>
      errands.flatMap(({ asked }) => {
        const senders = asked
          .filter((one) => triedBy(one).length > 0)
          .map((one) => ({ ...one, sinceMs: call(triedBy(one)[0]?.attemptId ?? "")?.startedMs ?? Number.NaN }))
          .sort((a, b) => a.sinceMs - b.sinceMs);
        return senders
          .slice(1)
          .filter(({ sinceMs }, index) => {
            const before = senders[index];
            return before?.outcome?.name !== "failed" || (before.endedMs ?? Number.NaN) > sinceMs;
          })
          .map(({ message }) => message.id);
      }),
  ],
  [
    "I3 a duplicate asks no vendor",
    ({ answered }) =>
      answered
        .filter((one) => one.outcome.name === "duplicate" && triedBy(one).length > 0)
        .map(({ message }) => message.id),
  ],
  [
    "I3 only who waited for a failure is given it, whoever comes later is sent anew",
    ({ answered, byId }) =>
      answered
        .filter(({ message, outcome }) => isGivenUp(outcome) && outcome.messageId !== message.id)
        .filter(({ startedMs, outcome }) => startedMs > (byId(outcome.messageId)?.endedMs ?? Number.NaN))
        .map(({ message }) => message.id),
  ],
  [
    "I5 every answer comes in time",
    ({ asked, lives, schedule }) =>
      asked
        .filter(({ life, startedMs, endedMs }) => {
          const untilMs = endedMs ?? lives[life]?.crashedMs ?? Number.POSITIVE_INFINITY;
          return untilMs - startedMs > schedule.failover.answerWithin + GRACE_MS;
        })
        .map(({ message, startedMs, endedMs }) => `${message.id} took ${(endedMs ?? Number.NaN) - startedMs} ms`),
  ],
  [
    "I6 one request asks vendors at most once each, and one of them once more",
    ({ answered, schedule }) =>
      answered.filter((one) => triedBy(one).length > schedule.vendors.length + 1).map(({ message }) => message.id),
  ],
  [
    "a rejection is the vendors' word: one for good, or every one that is capable",
    ({ answered, schedule }) =>
      answered
        .filter(({ outcome }) => outcome.name === "rejected")
        .filter((one) => {
          const refusals = triedBy(one).flatMap(({ result }) => (result.outcome === "not-sent" ? [result.kind] : []));
          if (refusals.some((kind) => FINAL.includes(kind))) return false;
          const capable = schedule.vendors.filter(({ incapable }) => !incapable.includes(one.message.country));
          return refusals.length < capable.length;
        })
        .map(({ message }) => message.id),
  ],
  [
    "a message that came to a vendor's door is shed only when every capable one is busy, and asks none",
    ({ answered, schedule }) =>
      answered
        .filter(({ outcome }) => outcome.name === "shed" && outcome.attempts.length > 0)
        .filter((one) => {
          const reasons = one.outcome.attempts.map((attempt) => ("skipped" in attempt ? attempt.skipped : "asked"));
          const others = reasons.filter((reason) => !["busy", "incapable", "disabled"].includes(reason));
          return others.length > 0 || !reasons.includes("busy") || reasons.length !== schedule.vendors.length;
        })
        .map(({ message }) => message.id),
  ],
  [
    "no message is called failed when all that kept it from the vendors was overload",
    ({ answered }) =>
      answered
        .filter(({ message, outcome }) => outcome.name === "failed" && outcome.messageId === message.id)
        .filter(({ outcome: { attempts } }) =>
          attempts.every((attempt) => "skipped" in attempt && attempt.skipped === "busy"),
        )
        .map(({ message }) => message.id),
  ],
  [
    "no message is lost while one capable vendor is well all the time",
    ({ rows, schedule }) =>
      rows
        .filter(({ status, hangUps }) => schedule.safe !== undefined && status === "abandoned" && hangUps === 0)
        .map(({ message }) => message.to),
  ],
];

/** Nobody could take it. One that was shed at the door is not meant: it may repeat a message that was sent. */
function isGivenUp(outcome: Outcome | undefined): boolean {
  if (outcome?.name === "shed") return outcome.reason !== "too many are under way";
  return outcome?.name === "failed";
}
