import type { Dispatcher } from "undici";
import type { Clock } from "../values/clock.ts";
import { type ConnectionOptions, openConnections } from "./connections.ts";
import { errorCode } from "./error-code.ts";

/** One HTTP request to a vendor. */
export interface TransportRequest {
  method: "POST" | "GET";
  /** Scheme, host and port. */
  origin: string;
  /** Path and query, from the first slash on. */
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** The vendor's answer; `complete` is false when its body was cut off, stalled or too large. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  complete: boolean;
}

/** No status arrived. `before`: not one byte of the request left. `after`: the vendor may have acted on it. */
export interface NoAnswer {
  failed: "before" | "after";
  cause: "connect" | "timeout" | "reset" | "garbage";
  /** The error's code (`ECONNREFUSED`), never its message. */
  code: string;
}

/** The one place that talks HTTP to vendors. */
export interface Transport {
  /** Makes one request, follows no redirect, repeats nothing, never rejects. */
  request(request: TransportRequest, signal: AbortSignal): Promise<Answer | NoAnswer>;
  /** Lets running requests end, then closes every connection. */
  close(): Promise<void>;
}

/** How the transport connects, and how much of an answer it waits for. */
export interface TransportOptions extends ConnectionOptions {
  /** How long the body may take once the status is known. */
  bodyTimeoutMs?: number;
  maxBodyBytes?: number;
}

/**
 * HTTP over one connection pool per origin.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher.md
 */
export function createTransport(options: TransportOptions): Transport {
  const limits: Limits = { bodyTimeoutMs: 300, maxBodyBytes: 65_536, ...options };
  const connections = openConnections(options);
  return {
    async request(request, signal) {
      if (signal.aborted) return noAnswer("before", ABORTED);
      try {
        return await exchange(connections.to(request.origin), request, signal, limits);
      } catch (error) {
        return noAnswer("before", errorCode(error));
      }
    },
    close: connections.close,
  };
}

interface Limits {
  clock: Clock;
  bodyTimeoutMs: number;
  maxBodyBytes: number;
}

const ABORTED = "ABORTED";

function exchange(dispatcher: Dispatcher, request: TransportRequest, signal: AbortSignal, limits: Limits) {
  return new Promise<Answer | NoAnswer>((resolve) => {
    let ended = false;
    let letBe = () => {};
    const chunks: Buffer[] = [];
    let bytes = 0;
    let started: Dispatcher.DispatchController | undefined;
    let head: Pick<Answer, "status" | "headers"> | undefined;

    const finish = (result: Answer | NoAnswer) => {
      if (ended) return;
      ended = true;
      letBe();
      signal.removeEventListener("abort", stop);
      resolve(result);
    };
    const answer = (complete: boolean) => ({ ...head, body: Buffer.concat(chunks).toString(), complete }) as Answer;
    const fail = (code: string) => finish(head ? answer(false) : noAnswer(started ? "after" : "before", code));
    const stop = () => {
      if (ended) return;
      fail(ABORTED);
      started?.abort(new Error(ABORTED));
    };

    signal.addEventListener("abort", stop);
    dispatcher.dispatch(dispatchOptions(request), {
      // Called right before the first byte is written: until then the vendor cannot know of the request.
      onRequestStart(controller) {
        if (ended) return controller.abort(new Error(ABORTED));
        started = controller;
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) return;
        head = { status, headers: flatten(headers) };
        letBe = limits.clock.after(limits.bodyTimeoutMs, stop);
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
        if (bytes > limits.maxBodyBytes) stop();
        else chunks.push(chunk);
      },
      onResponseEnd: () => finish(answer(true)),
      onResponseError: (_controller, error) => fail(errorCode(error)),
    });
  });
}

function dispatchOptions({ origin, path, method, headers, body }: TransportRequest): Dispatcher.DispatchOptions {
  // The attempt's signal and the body timer bound the answer; undici's own timers would only add noise.
  return { origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 };
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) flat[name.toLowerCase()] = [value].flat().join(", ");
  return flat;
}

function noAnswer(failed: NoAnswer["failed"], code: string): NoAnswer {
  if (code === ABORTED) return { failed, cause: "timeout", code };
  if (failed === "before") return { failed, cause: "connect", code };
  return { failed, cause: GARBAGE.test(code) ? "garbage" : "reset", code };
}

/** What came back was not HTTP, or its head was too large or contradicts its body. */
const GARBAGE = /^(HTTP_PARSER|UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE|NOT_SUPPORTED))/;
