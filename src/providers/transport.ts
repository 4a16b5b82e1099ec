import type { Dispatcher } from "undici";
import type { Abort } from "../values/abort.ts";
import type { Clock } from "../values/clock.ts";
import { endOfTurn } from "../values/turn.ts";
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
  request(request: TransportRequest, signal: Abort): Promise<Answer | NoAnswer>;
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
    request(request, signal) {
      if (signal.aborted) return Promise.resolve(noAnswer("before", ABORTED));
      return new Promise((resolve) => {
        const exchange = new Exchange(signal, limits, resolve);
        try {
          connections.to(request.origin).dispatch(dispatchOptions(request), exchange);
        } catch (error) {
          exchange.fail(errorCode(error));
        }
      });
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

/** One request as undici tells of it; resolves once, with whatever ends it first. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: Abort;
  readonly #limits: Limits;
  readonly #resolve: (result: Answer | NoAnswer) => void;
  readonly #stop = () => this.#abort();
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #ended = false;
  #controller: Dispatcher.DispatchController | undefined;
  #head: Pick<Answer, "status" | "headers"> | undefined;
  #letBodyBe: (() => void) | undefined;

  constructor(signal: Abort, limits: Limits, resolve: (result: Answer | NoAnswer) => void) {
    this.#signal = signal;
    this.#limits = limits;
    this.#resolve = resolve;
    signal.addEventListener("abort", this.#stop);
  }

  /** Called right before the first byte is written: until then the vendor cannot know of the request. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) controller.abort(new Error(ABORTED));
    else this.#controller = controller;
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#head = { status, headers: flatten(headers) };
    // A short body comes in the same packet: by then most answers have ended, and need no timer.
    queueMicrotask(() => this.#boundBody());
  }

  #boundBody(): void {
    if (this.#ended) return;
    const { clock, bodyTimeoutMs } = this.#limits;
    this.#letBodyBe = clock.after(bodyTimeoutMs, this.#stop);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.maxBodyBytes) this.#abort();
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#finish(this.#answer(true));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(errorCode(error));
  }

  fail(code: string): void {
    this.#finish(this.#head ? this.#answer(false) : noAnswer(this.#controller ? "after" : "before", code));
  }

  #abort(): void {
    if (this.#ended) return;
    this.fail(ABORTED);
    this.#controller?.abort(new Error(ABORTED));
  }

  #answer(complete: boolean): Answer {
    const { status = 0, headers = {} } = this.#head ?? {};
    const [only = Buffer.alloc(0)] = this.#chunks;
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : only;
    return { status, headers, body: body.toString(), complete };
  }

  #finish(result: Answer | NoAnswer): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#letBodyBe?.();
    this.#signal.removeEventListener("abort", this.#stop);
    // Answers that came in the same turn go on together.
    void endOfTurn().then(() => this.#resolve(result));
  }
}

function dispatchOptions({ origin, path, method, headers, body }: TransportRequest): Dispatcher.DispatchOptions {
  // The attempt's signal and the body timer bound the answer; undici's own timers would only add noise.
  return { origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 };
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? "";
    flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}

function noAnswer(failed: NoAnswer["failed"], code: string): NoAnswer {
  if (code === ABORTED) return { failed, cause: "timeout", code };
  if (failed === "before") return { failed, cause: "connect", code };
  return { failed, cause: GARBAGE.test(code) ? "garbage" : "reset", code };
}

/** What came back was not HTTP, or its head was too large or contradicts its body. */
const GARBAGE = /^(HTTP_PARSER|UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE|NOT_SUPPORTED))/;
