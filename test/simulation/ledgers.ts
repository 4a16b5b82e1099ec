import { type Facts, type Invariant, triedBy } from "./facts.ts";

/** What is told, what is recorded and what the vendors' books say agree. */
export const ledgerInvariants: Invariant[] = [
  [
    "I8 every request has exactly one outcome",
    ({ asked, told, lives }) => {
      const settled = told.flatMap(({ event }) => (event.type === "settled" ? [event.message.id] : []));
      const counts = new Map<string, number>();
      for (const id of settled) counts.set(id, (counts.get(id) ?? 0) + 1);
      return asked
        .filter(({ life, message }) => {
          const count = counts.get(message.id) ?? 0;
          return count > 1 || (count === 0 && lives[life]?.crashedMs === undefined);
        })
        .map(({ message }) => `${message.id} has ${counts.get(message.id) ?? 0}`);
    },
  ],
  [
    "I8 every attempt that is told is in the vendor's books with the same result, and the other way round",
    ({ told, calls, call }) => {
      const tried = told.flatMap(({ event }) =>
        event.type === "attempted" && "result" in event.attempt ? [event.attempt] : [],
      );
      const ids = new Set(tried.map(({ attemptId }) => attemptId));
      const invented = tried.filter(({ attemptId, provider, result }) => {
        const book = call(attemptId);
        return book?.vendor !== provider || book.result !== result;
      });
      const concealed = calls.filter(({ attemptId, endedMs }) => endedMs !== undefined && !ids.has(attemptId));
      const twice = tried.length - ids.size;
      return [...invented, ...concealed].map(({ attemptId }) => attemptId).concat(twice > 0 ? [`${twice} twice`] : []);
    },
  ],
  ["I8 every message is on record with its outcome, its attempts and its repetitions", recordsThatDiffer],
  [
    "I10 no outcome and no record holds a number, a text or a code",
    ({ answered, records }) =>
      answered
        .filter(({ message, outcome }) => {
          const shown = JSON.stringify([outcome, records.get(message.id)]);
          return [message.to.slice(1), message.text, `"${message.code?.value}"`].some((secret) =>
            shown.includes(secret),
          );
        })
        .map(({ message }) => message.id),
  ],
];

function recordsThatDiffer({ answered, records }: Facts): string[] {
  const repeats = new Map<string, number>();
  for (const { message, outcome } of answered) {
    if (outcome.messageId !== message.id) repeats.set(outcome.messageId, (repeats.get(outcome.messageId) ?? 0) + 1);
  }
  return answered
    .filter((one) => one.outcome.messageId === one.message.id)
    .filter((one) => {
      const record = records.get(one.message.id);
      return (
        record?.outcome !== one.outcome.name ||
        JSON.stringify(record.attempts) !== JSON.stringify(one.outcome.attempts) ||
        record.attempts.length < triedBy(one).length ||
        record.repeats !== (repeats.get(one.message.id) ?? 0)
      );
    })
    .map(({ message }) => message.id);
}
