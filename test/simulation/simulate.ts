import { createHash } from "node:crypto";
import { fingerprint } from "../../src/dispatch/claim.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { MessageRecord, Store } from "../../src/store/store.ts";
import { unlimited } from "../helpers/allowance.ts";
import { createWorldClock, type WorldClock } from "./clock.ts";
import { type Row, runCourier } from "./courier.ts";
import { createDice } from "./dice.ts";
import { type Asked, type Life, type LifeParts, messageOf, SIMULATION_KEYED, startLife, type Told } from "./gateway.ts";
import { type Call, createNetwork } from "./network.ts";
import { createSchedule, HOME, type QueuedMessage, type Schedule } from "./schedule.ts";

/** All that happened in one simulated world. */
export interface History {
  schedule: Schedule;
  rows: Row[];
  asked: Asked[];
  told: Told[];
  calls: Call[];
  lives: Life[];
  switched: { store: Store; atMs: number; vendor: string; on: boolean }[];
  /** When the last request that met a fault had ended, and all faults had. */
  calmMs: number;
  /** Messages sent one by one when all had been well for 30 s. */
  probes: Asked[];
  /** What is not as in a gateway that was never asked, at the very end. */
  leftovers: string[];
  /** By message id, from every life that still is. */
  records: Map<string, MessageRecord>;
  trace: string[];
}

/** Plays the schedule of a seed to its end. */
export async function simulate(seed: number): Promise<History> {
  const schedule = createSchedule(seed);
  const clock = createWorldClock();
  const trace: string[] = [];
  const note = (line: string) => void trace.push(`${clock.monotonicMs()} ${line}`);
  const network = createNetwork(clock, schedule, note);
  const parts: LifeParts = { clock, schedule, network, note, asked: [], told: [] };
  const { calls } = network;
  const history: History = {
    ...{ schedule, rows: [], asked: parts.asked, told: parts.told, calls, lives: [], switched: [], calmMs: 0 },
    ...{ probes: [], leftovers: [], records: new Map(), trace },
  };
  await clock.play(() => tellStory(parts, history));
  return history;
}

/** A number for a whole history: two runs of one seed have the same. */
export function hashOf({ trace, rows }: History): string {
  const ends = rows.map(({ status, sendCount }) => `${status} ${sendCount}`);
  return createHash("sha256")
    .update([...trace, ...ends].join("\n"))
    .digest("hex");
}

async function tellStory(parts: LifeParts, history: History): Promise<void> {
  const { clock, schedule } = parts;
  const { lives } = history;
  const dice = createDice(schedule.seed, 7);
  const start = () => lives.push(startLife(parts, lives.length, storeOf(parts, lives)));
  for (let replica = 0; replica < schedule.replicas; replica++) start();
  const now = () => {
    const [first, ...rest] = lives.filter(({ crashedMs }) => crashedMs === undefined);
    return first && dice.pick([first, ...rest]);
  };
  const faults = [crashAndRestart(parts, history, start), operate(clock, history, now), setClocks(parts)];
  history.rows = await runCourier(clock, schedule, (message) => post(now(), message));
  await Promise.all(faults);
  while (history.calls.some(isUnderWay(history))) await clock.sleep(100);
  const faultyMs = history.calls.map(({ behaviour, endedMs }) => (behaviour === "healthy" ? 0 : (endedMs ?? 0)));
  history.calmMs = Math.max(schedule.faultsEndMs, ...faultyMs);
  await clock.sleep(history.calmMs + 30_000 - clock.monotonicMs());
  await probe(clock, history, now);
  history.leftovers = (await Promise.all(lives.map((life) => leftovers(history, life)))).flat();
  for (const { life, message } of history.asked) {
    for (const record of (await lives[life]?.store.find({ id: message.id })) ?? [])
      history.records.set(record.id, record);
  }
}

/** A store in the memory of the one process, or one that all share and that outlives them. */
function storeOf({ clock, schedule }: LifeParts, lives: readonly Life[]): Store {
  return (schedule.keepsStore && lives[0]?.store) || createMemoryStore(clock);
}

async function leftovers({ rows }: History, life: Life): Promise<string[]> {
  if (life.crashedMs !== undefined) return [];
  const found: string[] = [];
  if (life.clock.sleepers() > 0) found.push(`${life.clock.sleepers()} sleepers`);
  for (const [name, { gate }] of life.accounts) {
    if (gate.status().inFlight !== 0) found.push(`${gate.status().inFlight} in flight to ${name}`);
  }
  for (const { message } of rows) {
    const tag = fingerprint(SIMULATION_KEYED, messageOf(message, "msg_late", 0));
    const admission = await life.store.admit({ ...unlimited, fingerprint: tag, owner: "msg_late", leaseMs: 1 });
    if (admission.state === "in-flight" && admission.owner !== "msg_late") found.push(`a claim on ${message.to}`);
  }
  return found;
}

async function post(life: Life | undefined, message: QueuedMessage): Promise<number | "broken"> {
  if (!life) return "broken";
  const ended = await Promise.race([life.ask(message), life.gone]);
  if (!ended?.outcome) return ended?.error ? 500 : "broken";
  return ended.outcome.name === "failed" || ended.outcome.name === "shed" ? 503 : 200;
}

async function crashAndRestart(parts: LifeParts, { lives }: History, start: () => void): Promise<void> {
  const { clock, schedule, note } = parts;
  for (const { atMs, downMs } of schedule.crashes) {
    await clock.sleep(atMs - clock.monotonicMs());
    lives.at(-1)?.crash();
    note("crashed");
    await clock.sleep(downMs);
    start();
    note("started");
  }
}

async function setClocks({ clock, schedule, note }: LifeParts): Promise<void> {
  for (const { atMs, byMs } of schedule.clockSteps) {
    await clock.sleep(atMs - clock.monotonicMs());
    clock.setWall(byMs);
    note(`the clock was set by ${byMs}`);
  }
}

async function operate(clock: WorldClock, history: History, now: () => Life | undefined): Promise<void> {
  for (const { atMs, vendor, on } of history.schedule.switches) {
    await clock.sleep(atMs - clock.monotonicMs());
    const life = now();
    if (!life) continue;
    await life.store.switch(vendor, on);
    history.switched.push({ store: life.store, atMs: clock.monotonicMs(), vendor, on });
  }
  await clock.sleep(history.schedule.faultsEndMs + 1 - clock.monotonicMs());
  for (const { name } of history.schedule.vendors) await now()?.store.switch(name, true);
}

function isUnderWay({ lives }: History) {
  return ({ life, endedMs }: Call) => endedMs === undefined && lives[life]?.crashedMs === undefined;
}

const PROBES_AFTER_RECOVERY = 3;
const PROBES_MOST = 40;

/** One message a second until the first vendor takes them again. */
async function probe(clock: WorldClock, { probes, schedule }: History, now: () => Life | undefined): Promise<void> {
  const first = schedule.vendors[0]?.name;
  let taken = 0;
  for (let index = 0; index < PROBES_MOST && taken < PROBES_AFTER_RECOVERY; index++) {
    const to = `+49157358${String(90_000 + index)}`;
    const asked = await now()?.ask({
      ...{ atMs: 0, to, country: HOME, text: `Your login code is: ${200_000 + index}`, hasCode: true },
    });
    if (asked) probes.push(asked);
    if (asked?.outcome?.provider === first) taken += 1;
    await clock.sleep(1_000);
  }
}
