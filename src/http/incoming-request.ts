import type { RawRequest } from "../sms/event.ts";
import type { CourierRequest } from "./courier-request.ts";

const CREDENTIALS = new Set(["authorization", "x-api-key", "cookie", "proxy-authorization"]);

/** A request as it came, for the inbox, with every credential masked; what nobody looks at is not worked out. */
export class IncomingRequest implements RawRequest {
  readonly #request: CourierRequest;
  readonly body: RawRequest["body"];
  /** Read at once: a socket that was closed does not know it any more. */
  readonly remoteAddress: string | undefined;

  constructor(request: CourierRequest, body: RawRequest["body"]) {
    this.#request = request;
    this.body = body;
    this.remoteAddress = request.caller?.remoteAddress;
  }

  get method(): string {
    return this.#request.method;
  }

  get path(): string {
    return this.#request.path;
  }

  get headers(): Record<string, string> {
    const shown = [...this.#request.headers].map(([name, value]) => [name, CREDENTIALS.has(name) ? "[masked]" : value]);
    return Object.fromEntries(shown);
  }
}
