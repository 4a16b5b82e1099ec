import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { endOfTurn } from "../values/turn.ts";

/** Header fields by their names in lower case. */
export interface HeaderFields extends Iterable<[name: string, value: string]> {
  get(name: string): string | null;
}

/** The connection that a request came over; requests made inside the process have none. */
export interface Caller {
  remoteAddress?: string;
  /** Nobody is there any more to be answered. */
  destroyed: boolean;
}

/** A request to the courier's port, whatever made it. */
export interface CourierRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: HeaderFields;
  readonly caller: Caller | undefined;
  /** The whole body, once; rejects when it breaks off before its end. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** A request as Fetch has it; `connection` is what the server tells of it, and nothing for one made inside the process. */
export function fromFetch(request: Request, connection: unknown): CourierRequest {
  const { incoming } = (connection ?? {}) as { incoming?: { socket?: Caller } };
  return new FetchRequest(request, incoming?.socket);
}

/** A request as Node hands it out. It is read to the end of the turn, so that those which came together begin together. */
export function fromNode(incoming: IncomingMessage): CourierRequest {
  return new NodeRequest(incoming);
}

class FetchRequest implements CourierRequest {
  readonly #request: Request;
  readonly caller: Caller | undefined;

  constructor(request: Request, caller: Caller | undefined) {
    this.#request = request;
    this.caller = caller;
  }

  get method(): string {
    return this.#request.method;
  }

  get path(): string {
    return new URL(this.#request.url).pathname;
  }

  get headers(): HeaderFields {
    return this.#request.headers;
  }

  read(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#request.arrayBuffer().then((body) => new Uint8Array(body));
  }
}

class NodeRequest implements CourierRequest {
  readonly #incoming: IncomingMessage;
  readonly headers: HeaderFields;

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
    this.headers = new NodeHeaders(incoming.headers);
  }

  get method(): string {
    return this.#incoming.method ?? "";
  }

  get path(): string {
    return this.#incoming.url ?? "";
  }

  get caller(): Caller {
    return this.#incoming.socket as Caller;
  }

  read(): Promise<Uint8Array<ArrayBuffer>> {
    const reading = new Promise<Buffer<ArrayBuffer>[]>((resolve, reject) => {
      const chunks: Buffer<ArrayBuffer>[] = [];
      this.#incoming.on("data", (chunk) => chunks.push(chunk));
      this.#incoming.on("end", () => void endOfTurn().then(() => resolve(chunks)));
      this.#incoming.on("error", reject);
    });
    // The listeners, and with them what they resolve to, stay until the answer: the body shall not.
    return reading.then((chunks) => Buffer.concat(chunks.splice(0)));
  }
}

class NodeHeaders implements HeaderFields {
  readonly #headers: IncomingHttpHeaders;

  constructor(headers: IncomingHttpHeaders) {
    this.#headers = headers;
  }

  get(name: string): string | null {
    const value = this.#headers[name];
    return typeof value === "string" ? value : (value?.join(", ") ?? null);
  }

  *[Symbol.iterator](): Iterator<[name: string, value: string]> {
    for (const name of Object.keys(this.#headers)) yield [name, this.get(name) ?? ""];
  }
}
