import type { SkippedAttempt, TriedAttempt } from "../sms/attempt.ts";
import type { PumpingAlarm } from "../sms/pumping-alarm.ts";
import type { MessageRecord } from "../store/store.ts";

/** A message's record as the admin API shows it: times in ISO 8601, whole milliseconds. */
export interface RecordView extends Omit<MessageRecord, "receivedAt" | "attempts"> {
  receivedAt: string;
  attempts: AttemptView[];
}

/** An attempt of such a record. */
export type AttemptView = SkippedAttempt | (Omit<TriedAttempt, "startedAt"> & { startedAt: string });

/** Shows a record. */
export function viewRecord(record: MessageRecord): RecordView {
  const { receivedAt, attempts, durationMs } = record;
  return {
    ...record,
    receivedAt: iso(receivedAt),
    durationMs: Math.round(durationMs),
    attempts: attempts.map((attempt) =>
      "skipped" in attempt
        ? attempt
        : { ...attempt, startedAt: iso(attempt.startedAt), durationMs: Math.round(attempt.durationMs) },
    ),
  };
}

/** Shows an alarm. */
export function viewAlarm(alarm: PumpingAlarm): Omit<PumpingAlarm, "since"> & { since: string } {
  return { ...alarm, since: iso(alarm.since) };
}

function iso(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
