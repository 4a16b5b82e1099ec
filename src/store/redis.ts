import type { Cluster, Redis } from "ioredis";
import { slotLengthMs } from "./memory-windows.ts";
import { gatherWrites, lastTrouble, quit } from "./redis-client.ts";
import { defineScripts, type RedisScripts, readLua } from "./redis-scripts.ts";
import {
  type Admission,
  type AdmitRequest,
  type Bucket,
  type ClaimResult,
  KEEP_RECORD_MS,
  type MessageRecord,
  RELEASED_RESULT_MS,
  type SettleRequest,
  type Store,
} from "./store.ts";

const MAX_RECORDS = 100_000;
const MAX_RECORDS_PER_NUMBER = 200;
const KEEP_SWITCH_MS = 30 * 24 * 3_600_000;
/** A server looks at its clock ten times a second: it may take 100 ms more, and a store has 200 to answer. */
const REPLICATED_WITHIN_MS = 50;

/** What differs from the usual. */
export interface RedisStoreOptions {
  /** Defines `now_ms`; the server's own clock unless a test moves time. */
  clockLua?: string;
  /** A claim and its end are kept only when a replica of the server has them as well. */
  isReplicated?: boolean;
}

/** A store on a Redis or Valkey that all replicas share; every operation is one call of one script there, for what is asked together one for many. */
export function createRedisStore(
  client: Redis | Cluster,
  keyPrefix: string,
  { clockLua = readLua("time"), isReplicated = false }: RedisStoreOptions = {},
): Store {
  const scripts = defineScripts(client, clockLua);
  const troubleOf = lastTrouble(client);
  const gather = gatherWrites(client);
  let isOpened = false;
  const open = () => {
    isOpened = true;
  };
  const opened = client.connect().then(open, open); // it goes on trying; the calls tell that they fail
  const failed = (error: unknown) => {
    throw troubleOf() ?? error;
  };
  const ask = <T>(question: () => Promise<T>): Promise<T> => {
    if (!isOpened) return opened.then(() => ask(question));
    gather();
    return question().catch(failed);
  };
  const call: Call = (name, keys, args) => ask(() => scripts[name](keys, args));
  const callKept: Call = async (name, keys, args) => {
    const answer = await call(name, keys, args);
    // Not sent along with it: a server that does not know the script yet is given it a second time, after this.
    if ((await ask(() => client.wait(1, REPLICATED_WITHIN_MS))) < 1) throw new Error("NOREPLICA has it");
    return answer;
  };
  const key = createKeys(keyPrefix);
  return {
    ...createClaims(isReplicated ? callKept : call, key),
    ...createRecords(call, key),
    async switch(provider, on) {
      await call("switch", [key.switchedOff], [provider, on ? 1 : 0, KEEP_SWITCH_MS]);
    },
    async switchedOff() {
      return (await ask(() => client.smembers(key.switchedOff))).sort();
    },
    close: () => quit(client),
  };
}

type Arguments = (string | number)[];
type Call = (name: keyof RedisScripts, ...args: Parameters<RedisScripts["admit"]>) => Promise<unknown>;
type Keys = ReturnType<typeof createKeys>;

/** One hash tag for all: a script may use them together on a cluster as well. */
function createKeys(keyPrefix: string) {
  const tag = `{${keyPrefix}}`;
  return {
    claim: (fingerprint: string) => `${tag}:claim:${fingerprint}`,
    /** Slots and moments do not mix: a changed limit starts anew. */
    window(bucket: Bucket) {
      const { dimension, perMs, key } = bucket;
      return `${tag}:${slotLengthMs(bucket) > 0 ? "slots" : "moments"}:${dimension}:${perMs}:${key}`;
    },
    switchedOff: `${tag}:switched-off`,
    record: (id: string) => `${tag}:record:${id}`,
    number: (tagOfNumber: string) => `${tag}:number:${tagOfNumber}`,
    records: `${tag}:records`,
  };
}

/** Keys and arguments are pushed one by one: `flatMap` takes fifteen times as long. */
function createClaims(call: Call, key: Keys): Pick<Store, "admit" | "renew" | "settle"> {
  return {
    admit: gatherCalls(async (requests: AdmitRequest[]) => {
      const keys = [key.switchedOff];
      for (const { fingerprint, buckets } of requests) {
        keys.push(key.claim(fingerprint));
        for (const bucket of buckets) keys.push(key.window(bucket));
      }
      const args = [KEEP_SWITCH_MS, JSON.stringify(requests.map(writeRequest))];
      const [off, answers] = (await call("admit", keys, args)) as [string[], Answer[]];
      off.sort();
      return answers.map((answer, index) => readAdmission(answer, requests[index]?.buckets ?? [], off));
    }, MOST_TURNS),
    async renew({ fingerprint, owner, leaseMs }) {
      await call("renew", [key.claim(fingerprint)], [owner, leaseMs]);
    },
    // At once: the next one for the same message may come right behind, and must find the end of this one.
    settle: gatherCalls(async (ends: SettleRequest[]) => {
      const keys = [key.records];
      const args = [...recordBounds(key), JSON.stringify(ends.map(writeEnd))];
      for (const { fingerprint, owner, giveBack = [], record } of ends) {
        keys.push(key.record(owner), key.number(record?.tag ?? ""), key.claim(fingerprint));
        for (const bucket of giveBack) keys.push(key.window(bucket));
        args.push(record?.json ?? "");
      }
      await call("settle", keys, args);
      return [];
    }),
  };
}

const MOST_TOGETHER = 64;
/** So many turns of the event loop an admission waits at most while an earlier one is under way. */
const MOST_TURNS = 4;

/** What leaves in one call, and what it is answered, in the same order. */
interface Gathered<Request, Answer> {
  requests: Request[];
  answers: Promise<readonly Answer[]>;
}

/**
 * One call for all that is asked until everybody who goes on together waits, and up to `mostTurns` of the event loop longer
 * while an earlier call is under way: most of what a call costs it costs once.
 */
function gatherCalls<Request, Answer>(
  call: (requests: Request[]) => Promise<readonly Answer[]>,
  mostTurns = 0,
): (request: Request) => Promise<Answer> {
  let gathered: Gathered<Request, Answer> | undefined;
  let underWay = 0;

  function begin(): Gathered<Request, Answer> {
    const requests: Request[] = [];
    const answers = new Promise<void>((resolve) => process.nextTick(resolve)).then(() => leave(requests));
    return { requests, answers };
  }

  async function leave(requests: Request[]): Promise<readonly Answer[]> {
    for (let turns = 0; underWay > 0 && turns < mostTurns && requests.length < MOST_TOGETHER; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (gathered?.requests === requests) gathered = undefined;
    underWay += 1;
    try {
      return await call(requests);
    } finally {
      underWay -= 1;
    }
  }

  return (request) => {
    if (!gathered || gathered.requests.length === MOST_TOGETHER) gathered = begin();
    const place = gathered.requests.push(request) - 1;
    return gathered.answers.then((answers) => answers[place] as Answer);
  };
}

/** All that is no key goes in one text: each argument costs client and server more than its few characters there. */
function writeRequest({ owner, leaseMs, waitedFor, enforce, buckets }: AdmitRequest): unknown[] {
  return [owner, leaseMs, waitedFor ?? "", enforce, buckets.map(figuresOf)];
}

function writeEnd({ owner, result, keepMs, giveBack = [] }: SettleRequest): unknown[] {
  const isReleased = keepMs === 0;
  const life = isReleased ? RELEASED_RESULT_MS : keepMs;
  return [owner, JSON.stringify(result), life, isReleased, giveBack.map(figuresOf)];
}

function figuresOf(bucket: Bucket): number[] {
  return [bucket.max, bucket.perMs, slotLengthMs(bucket), bucket.cost];
}

function recordBounds(key: Keys): Arguments {
  return [KEEP_RECORD_MS, MAX_RECORDS_PER_NUMBER, MAX_RECORDS, key.record("")];
}

/** What the admit script answers of each message. */
type Answer =
  | ["in-flight", owner: `msg_${string}`]
  | ["settled", result: string]
  | ["limited", place: number, taken: number[]]
  | ["granted", taken: number[]];

function readAdmission(answer: Answer, buckets: readonly Bucket[], disabled: readonly string[]): Admission {
  const fills = (taken: number[]) => buckets.map(({ max }, index) => (taken[index] ?? 0) / max);
  switch (answer[0]) {
    case "in-flight":
      return { state: "in-flight", owner: answer[1] };
    case "settled":
      return { state: "settled", result: JSON.parse(answer[1]) as ClaimResult };
    case "limited":
      return { state: "limited", dimension: buckets[answer[1] - 1]?.dimension ?? "", fills: fills(answer[2]) };
    case "granted":
      return { state: "granted", disabled, fills: fills(answer[1]) };
  }
}

function createRecords(call: Call, key: Keys): Pick<Store, "record" | "recordRepeat" | "find"> {
  return {
    async record(record) {
      const keys = [key.record(record.id), key.number(record.tag), key.records];
      await call("record", keys, [record.id, record.json, ...recordBounds(key)]);
    },
    async recordRepeat(id) {
      await call("repeat", [key.record(id)], []);
    },
    async find(which) {
      const [keys, id] = "id" in which ? [[key.records], which.id] : [[key.number(which.tag)], ""];
      const found = (await call("find", keys, [key.record(""), KEEP_RECORD_MS, id])) as [string, string][];
      return found.map(([record, repeats]) => ({ ...(JSON.parse(record) as MessageRecord), repeats: Number(repeats) }));
    },
  };
}
