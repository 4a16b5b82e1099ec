import { Agent } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { fresh } from "./fault-bench.ts";
import { type CourierMessage, postOnce } from "./kratos-double.ts";
import { poll } from "./program.ts";

/** How long Kratos waits before it posts again, and how long it waits for an answer. */
const AGAIN_MS = 1_000;
const TIMEOUT_MS = 10_000;

/** Messages at a steady rate, each posted until it is taken, as Kratos does. */
export interface Flow {
  messages: readonly CourierMessage[];
  /** Posts one message beside the others, once. */
  post(to: string, code: string): Promise<CourierMessage>;
  /** Waits until so many more than now are sent. */
  more(count: number): Promise<void>;
  /** Waits until all that were posted so far are sent, while others follow. */
  settled(): Promise<unknown>;
  /** Posts no new one, and waits for the end of all. */
  end(): Promise<void>;
  /** Gives up at once. */
  close(): void;
}

/** Where the messages go and with which key; asked before each request. */
export interface FlowOptions {
  url(): string;
  apiKey(): string;
  everyMs: number;
}

/** Starts posting. */
export function startFlow({ url, apiKey, everyMs }: FlowOptions): Flow {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 });
  const messages: CourierMessage[] = [];
  const running: Promise<void>[] = [];
  const isSent = ({ status }: CourierMessage) => status === "sent";

  function add({ to, code }: { to: string; code: string }): CourierMessage {
    const text = `Your login code is: ${code}\n`;
    const row: CourierMessage = {
      ...{ to, code, text, template: "login_code_valid", status: "processing", sendCount: 0, posts: [], tookMs: 0 },
    };
    messages.push(row);
    return row;
  }

  async function postUntilTaken(row: CourierMessage): Promise<void> {
    while (row.status !== "sent" && !closed.signal.aborted) {
      row.sendCount += 1;
      const { post } = await postOnce(url(), apiKey(), row, agent, TIMEOUT_MS);
      row.posts.push(post);
      if (post.status === 200) row.status = "sent";
      else await pause(AGAIN_MS);
    }
  }

  const ended = new AbortController();
  const closed = new AbortController();
  async function keepPosting(): Promise<void> {
    while (!ended.signal.aborted) {
      running.push(postUntilTaken(add(fresh())));
      await pause(everyMs);
    }
  }
  const posting = keepPosting();

  return {
    messages,
    async post(to, code) {
      const row = add({ to, code });
      await postUntilTaken(row);
      return row;
    },
    async more(count) {
      const before = messages.filter(isSent).length;
      const isEnough = async () => messages.filter(isSent).length >= before + count || undefined;
      await poll(`${count} more messages`, 60_000, isEnough);
    },
    settled: () => Promise.all(running),
    async end() {
      ended.abort();
      await posting;
      await Promise.all(running);
      agent.destroy();
    },
    close() {
      ended.abort();
      closed.abort();
      agent.destroy();
    },
  };
}
