import { AsyncLocalStorage } from "node:async_hooks";
import type { Answer, NoAnswer, Transport, TransportRequest } from "./transport.ts";

/** One attempt as it went: what the wire said, and what the SDK made of it. */
export interface Exchanged<Result> {
  /** Absent when the SDK failed before it asked for a request. */
  answer?: Answer | NoAnswer;
  /** What the SDK decoded from the answer. */
  result?: Result;
  /** What the SDK threw; carries numbers, texts and credentials, so only single known fields may be read from it. */
  error?: unknown;
}

/** Lets an SDK with one shared client ride on our transport, one request to an attempt. */
export interface Exchange {
  /** Calls the SDK; whatever it requests during the call belongs to this attempt and ends with `signal`. */
  attempt<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Exchanged<Result>>;
  /** What the SDK is given in place of its HTTP stack; rejects when there is no answer, and for any second request. */
  request(request: TransportRequest): Promise<Answer>;
  /** Leaves nothing behind; only after the last attempt. */
  close(): void;
}

/** An exchange over `transport`. */
export function createExchange(transport: Transport): Exchange {
  const attempts = new AsyncLocalStorage<RunningAttempt>();
  return {
    async attempt(signal, call) {
      const running: RunningAttempt = { signal, requested: false };
      try {
        const result = await attempts.run(running, call);
        return { ...taken(running), result };
      } catch (error) {
        return { ...taken(running), error };
      }
    },
    async request(request) {
      const running = attempts.getStore();
      if (running === undefined || running.requested) throw new Error("an attempt makes exactly one request");
      running.requested = true;
      running.answer = await transport.request(request, running.signal);
      if ("failed" in running.answer) throw new Error("there was no answer");
      return running.answer;
    },
    // On Node 20 each storage that was ever used stays, and every promise from then on costs more for it.
    close: () => attempts.disable(),
  };
}

interface RunningAttempt {
  signal: AbortSignal;
  requested: boolean;
  answer?: Answer | NoAnswer;
}

function taken({ answer }: RunningAttempt): Pick<Exchanged<never>, "answer"> {
  return answer === undefined ? {} : { answer };
}
