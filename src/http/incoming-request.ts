import type { RawRequest } from "../sms/event.ts";

const CREDENTIALS = new Set(["authorization", "x-api-key", "cookie", "proxy-authorization"]);

/** The connection that a request came over; requests made inside the process have none. */
export interface Caller {
  remoteAddress?: string;
  /** Nobody is there any more to be answered. */
  destroyed: boolean;
}

/** A request as it came, for the inbox, with every credential masked; what nobody looks at is not worked out. */
export class IncomingRequest implements RawRequest {
  readonly #request: Request;
  readonly body: RawRequest["body"];
  /** Read at once: a socket that was closed does not know it any more. */
  readonly remoteAddress: string | undefined;

  constructor(request: Request, body: RawRequest["body"], caller: Caller | undefined) {
    this.#request = request;
    this.body = body;
    this.remoteAddress = caller?.remoteAddress;
  }

  get method(): string {
    return this.#request.method;
  }

  get path(): string {
    return new URL(this.#request.url).pathname;
  }

  get headers(): Record<string, string> {
    const shown = [...this.#request.headers].map(([name, value]) => [name, CREDENTIALS.has(name) ? "[masked]" : value]);
    return Object.fromEntries(shown);
  }
}
