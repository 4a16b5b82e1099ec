import type { RawRequest } from "../sms/event.ts";

const CREDENTIALS = new Set(["authorization", "x-api-key", "cookie", "proxy-authorization"]);

/** The connection that a request came over; requests made inside the process have none. */
export interface Caller {
  remoteAddress?: string;
  /** Nobody is there any more to be answered. */
  destroyed: boolean;
}

/** A request as it came, for the inbox, with every credential masked. */
export function rawRequest(request: Request, body: RawRequest["body"], caller: Caller | undefined): RawRequest {
  const { method, url, headers } = request;
  const { remoteAddress } = caller ?? {};
  const masked = [...headers].map(([name, value]) => [name, CREDENTIALS.has(name) ? "[masked]" : value]);
  return {
    method,
    path: new URL(url).pathname,
    headers: Object.fromEntries(masked),
    body,
    ...(remoteAddress !== undefined && { remoteAddress }),
  };
}
