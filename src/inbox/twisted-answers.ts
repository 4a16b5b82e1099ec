import { AsyncLocalStorage } from "node:async_hooks";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { problemAnswer, toResponse } from "../http/problem.ts";
import type { Answer, Tell } from "../sms/event.ts";
import type { Message } from "../sms/message.ts";
import type { Clock } from "../values/clock.ts";

/** How one request goes otherwise than it would have gone. */
export interface Twist {
  /** The message is not sent and comes to this; absent when it goes its usual way. */
  ends?: "failed" | "suppressed";
  /** Answered instead of the gateway's own status. */
  status?: number;
  /** How much later than it could the answer comes. */
  delayMs?: number;
  /** The connection is closed in place of an answer. */
  drop?: boolean;
}

/** The answers of requests whose messages were twisted; only dev mode has any. */
export interface TwistedAnswers {
  /** Goes before everything else on the courier's route. */
  middleware: MiddlewareHandler;
  /** Says, while a request is worked on, how it shall be answered. */
  note(noted: Noted): void;
}

/** How the answer to one message goes otherwise, and the sentence that says so. */
interface Noted {
  message: Message;
  twist: Twist;
  says: string;
}

/** What a request's answer shall be; empty until its message is known. */
interface Slip {
  noted?: Noted;
}

/** Answers of their own for twisted requests; the signal ends all that are held back. */
export function createTwistedAnswers(clock: Clock, tell: Tell, closing: AbortSignal): TwistedAnswers {
  // Two requests for one message may be under way at once, so that no id of ours tells them apart.
  const slips = new AsyncLocalStorage<Slip>();
  return {
    note(noted) {
      const slip = slips.getStore();
      if (slip) slip.noted = noted;
    },
    middleware: async (c, next) => {
      const slip: Slip = {};
      await slips.run(slip, next);
      if (!slip.noted) return;
      const { message, twist, says } = slip.noted;
      if (twist.delayMs) await holdBack(clock, twist.delayMs, [closing, c.req.raw.signal]);
      const answer = twist.status === undefined ? undefined : simulatedAnswer(c, twist.status, says);
      if (answer) c.res = toResponse(answer);
      if (twist.drop) dropConnection(c);
      const isGone = twist.drop || c.req.raw.signal.aborted;
      // What was told of the answer so far is not what the caller got.
      if (answer || isGone) tell({ type: "answered", message, ...(answer && !isGone && { answer }) });
    },
  };
}

function dropConnection(c: Context): void {
  (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket.destroy();
}

async function holdBack(clock: Clock, ms: number, ends: AbortSignal[]): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  for (const signal of ends) {
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  }
  await clock.sleep(ms, ended.signal);
  for (const signal of ends) signal.removeEventListener("abort", end);
}

/** Kratos' log shows the body of a 4xx and of a 501: the sentence tells where the answer comes from. */
function simulatedAnswer(c: Context, status: number, says: string): Answer {
  const [outcome, id] = ["X-Outcome", "X-Message-Id"].map((name) => c.res.headers.get(name));
  // Hono keeps the headers of the answer that it replaces.
  return problemAnswer(status, "Simulated", says, { outcome, id });
}
