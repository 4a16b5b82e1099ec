import type { Abort } from "../values/abort.ts";
import { promised } from "../values/promised.ts";
import type { Answer, NoAnswer, Transport, TransportRequest } from "./transport.ts";

/** One attempt as it went: what the wire said, and what was made of it. */
export interface Exchanged<Result> {
  /** Absent when the SDK failed before it asked for a request. */
  answer?: Answer | NoAnswer;
  /** What the call came to, as a rule the answer as the SDK decoded it. */
  result?: Result;
  /** What the SDK threw; carries numbers, texts and credentials, so only single known fields may be read from it. */
  error?: unknown;
}

/** What an SDK is given in place of its HTTP stack; rejects when there is no answer, and for any second request. */
export type RequestOnce = (request: TransportRequest) => Promise<Answer>;

/**
 * Lets an SDK ride on our transport for one attempt: it may make one request, which ends with `signal`. Promises are chained
 * here and in what is handed to it, not awaited: a hundred messages may wait at this place, and each async function of the
 * chain costs them half a kilobyte.
 */
export function exchange<Result>(
  transport: Transport,
  signal: Abort,
  call: (request: RequestOnce) => Promise<Result>,
): Promise<Exchanged<Result>> {
  const exchanged: Exchanged<Result> = {};
  let requested = false;
  const request: RequestOnce = (wanted) => {
    if (requested) return Promise.reject(new Error("an attempt makes exactly one request"));
    requested = true;
    return transport.request(wanted, signal).then((answer) => {
      exchanged.answer = answer;
      if ("failed" in answer) throw new Error("there was no answer");
      return answer;
    });
  };
  const decoded = (result: Result) => {
    exchanged.result = result;
    return exchanged;
  };
  const failed = (error: unknown) => {
    exchanged.error = error;
    return exchanged;
  };
  return promised(() => call(request)).then(decoded, failed);
}
