import type { WorldClock } from "./clock.ts";
import { createDice } from "./dice.ts";
import type { QueuedMessage, Schedule } from "./schedule.ts";

/** One row of Kratos' message table. */
export interface Row {
  message: QueuedMessage;
  status: "absent" | "queued" | "processing" | "sent" | "abandoned";
  sendCount: number;
  /** How often the courier did not wait for the answer. */
  hangUps: number;
}

/** The answer's status, or none. */
export type Post = (message: QueuedMessage) => Promise<number | "broken">;

const PULL_WAIT_MS = 1_000;
/** @see https://github.com/ory/kratos/blob/v26.2.0/courier/courier_dispatcher.go */
const MODELS = {
  "one-try": { timeoutMs: 10_000, waitsMs: [] },
  "three-tries": { timeoutMs: 30_000, waitsMs: [1_000, 2_000] },
};

/**
 * Ory Kratos' courier: a batch in sequence, a failure puts it and the rest of its batch back into the queue while the
 * rest is still being sent, nobody locks a row. Ends when every row is sent or abandoned.
 */
export async function runCourier(clock: WorldClock, schedule: Schedule, post: Post): Promise<Row[]> {
  const { seed, messages } = schedule;
  const { workers, pullCount, retries, model, hangUpShare } = schedule.courier;
  const rows = messages.map((message): Row => ({ message, status: "absent", sendCount: 0, hangUps: 0 }));
  rows.sort((a, b) => a.message.atMs - b.message.atMs);
  const isOpen = ({ status }: Row) => status !== "sent" && status !== "abandoned";
  const queueUp = async (row: Row) => {
    await clock.sleep(row.message.atMs);
    row.status = "queued";
  };

  async function work(worker: number): Promise<void> {
    const dice = createDice(seed, 5, worker);
    await clock.sleep(dice.between(0, PULL_WAIT_MS));
    while (rows.some(isOpen)) {
      const batch = rows.filter(({ status }) => status === "queued").slice(0, pullCount);
      await clock.sleep(dice.between(1, 20));
      for (const row of batch) row.status = "processing";
      for (const [index, row] of batch.entries()) {
        if (row.sendCount > retries) row.status = "abandoned";
        else if (await dispatch(row, () => dice.chance(hangUpShare) && dice.between(1, 6_000))) row.status = "sent";
        else for (const later of batch.slice(index).filter(isOpen)) later.status = "queued";
      }
      await clock.sleep(PULL_WAIT_MS);
    }
  }

  async function dispatch(row: Row, hangUpAfter: () => number | false): Promise<boolean> {
    row.sendCount += 1;
    const { timeoutMs, waitsMs } = MODELS[model];
    for (const waitMs of [0, ...waitsMs]) {
      await clock.sleep(waitMs);
      const patienceMs = hangUpAfter() || timeoutMs;
      const answered = new AbortController();
      const giveUp = clock.sleep(patienceMs, answered.signal).then(() => "hung up" as const);
      const answer = await Promise.race([post(row.message), giveUp]);
      answered.abort();
      if (answer === 200) return true;
      if (answer === "hung up") row.hangUps += 1;
    }
    return false;
  }

  await Promise.all([...rows.map(queueUp), ...Array.from({ length: workers }, (_, worker) => work(worker))]);
  return rows;
}
