import type { RawRequest } from "../sms/event.ts";

const CREDENTIALS = new Set(["authorization", "x-api-key", "cookie", "proxy-authorization"]);

/** The connection that a request came over; requests made inside the process have none. */
export interface Caller {
  remoteAddress?: string;
  /** Nobody is there any more to be answered. */
  destroyed: boolean;
}

/** A request as it came, for the inbox, with every credential masked; what nobody looks at is not worked out. */
export function rawRequest(request: Request, body: RawRequest["body"], caller: Caller | undefined): RawRequest {
  const { remoteAddress } = caller ?? {};
  return {
    method: request.method,
    get path() {
      return new URL(request.url).pathname;
    },
    get headers() {
      return mask(request.headers);
    },
    body,
    ...(remoteAddress !== undefined && { remoteAddress }),
  };
}

function mask(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, CREDENTIALS.has(name) ? "[masked]" : value]));
}
