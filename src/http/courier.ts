import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Dispatch } from "../dispatch/dispatch.ts";
import { parseCourierMessage } from "../kratos/courier-message.ts";
import type { Answer, RawRequest, Refusal, Tell } from "../sms/event.ts";
import type { Message, MessageId } from "../sms/message.ts";
import type { Outcome, OutcomeName } from "../sms/outcome.ts";
import type { Clock } from "../values/clock.ts";
import { promised } from "../values/promised.ts";
import type { Random } from "../values/random.ts";
import { type Authenticate, hasKey } from "./auth.ts";
import { type Caller, IncomingRequest } from "./incoming-request.ts";
import { answerBug, problem, problemAnswer, toResponse } from "./problem.ts";

const MAX_BODY_BYTES = 256 * 1024;
const TOO_LARGE = `the body is larger than ${MAX_BODY_BYTES / 1024} KiB`;

/** HTTP status by outcome; a duplicate is only ever of a message that ended with 200. */
const STATUS: Record<OutcomeName, 200 | 429 | 503> = {
  sent: 200,
  captured: 200,
  duplicate: 200,
  suppressed: 200,
  rejected: 200,
  ambiguous: 200,
  failed: 503,
  shed: 503,
};

/** What the courier's webhook works with. */
export interface CourierParts {
  dispatch: Dispatch;
  /** Absent when anybody may post: dev mode without a key. */
  authenticate?: Authenticate;
  /** A limited message is answered with 429 instead of 200. */
  rejectLimited: boolean;
  /** The header of the person's own request that holds their address; Kratos passes it on. */
  clientIpHeader?: string;
  clock: Clock;
  random: Random;
  tell: Tell;
  /** Goes before everything else on the route; absent in live mode. */
  before?: MiddlewareHandler;
}

/** The answer's content, the same for headers and JSON. */
interface Result {
  outcome: OutcomeName;
  id: MessageId;
  provider?: string | undefined;
  /** Why it came to nothing else. */
  reason?: string | undefined;
}

/** A request, its body as far as it was read, and who waits for the answer. */
interface Incoming {
  request: Request;
  bytes: RawRequest["body"];
  caller: Caller | undefined;
}

/** Answers whatever comes to the courier's port. */
export interface Courier {
  fetch(request: Request, connection?: object): Response | Promise<Response>;
}

const PATH = "/courier/sms";

/** `POST /courier/sms` and `PUT`: what Ory Kratos' courier calls. */
export function createCourier(parts: CourierParts): Courier {
  const app = createCourierApp(parts);
  if (parts.before) return app;
  const broken = answerBug(parts.tell);
  return {
    fetch(request, connection) {
      if (!isUsual(request)) return app.fetch(request, connection);
      return promised(() => receive(parts, unread(request, connection))).catch(broken);
    },
  };
}

/** Nearly every request, which needs no router: a context of Hono with its closures would stay as long as a vendor takes. */
function isUsual({ url, headers }: Request): boolean {
  return (
    url.endsWith(PATH) && url.indexOf("/", "https://".length) === url.length - PATH.length && isKnownToFit(headers)
  );
}

function receive(parts: CourierParts, incoming: Incoming): Response | Promise<Response> {
  return refuseByHeaders(parts, incoming) ?? take(parts, incoming);
}

function take(parts: CourierParts, incoming: Incoming): Promise<Response> {
  const { request, caller } = incoming;
  return request.arrayBuffer().then(
    (body) => {
      const message = readMessage(parts, { request, bytes: new Uint8Array(body), caller });
      if (message instanceof Response) return message;
      return parts.dispatch(message).then((outcome) => answerWith(parts, incoming, message, outcome));
    },
    () => brokeOff(parts, incoming),
  );
}

/** The routes, for whatever is not usual, and in dev mode for everything. */
function createCourierApp(parts: CourierParts): Hono {
  const app = new Hono();
  const limited = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) =>
      // The rest of the body is never read, so the connection cannot be used again.
      refuse(parts, unread(c.req.raw, c.env), { status: 413, reason: TOO_LARGE }, { Connection: "close" }),
  });
  /** A body in chunks is read by the limit itself. */
  const takeLimited = async (c: Context) => {
    let isWhole = false;
    const refusal = await limited(c, async () => {
      isWhole = true;
    }).catch(() => undefined);
    // The limit may have put another request in the place of the one it read.
    const incoming = unread(c.req.raw, c.env);
    return isWhole ? take(parts, incoming) : (refusal ?? brokeOff(parts, incoming));
  };
  if (parts.before) app.use(PATH, parts.before);
  app.all(PATH, (c) => {
    const incoming = unread(c.req.raw, c.env);
    if (isKnownToFit(c.req.raw.headers)) return receive(parts, incoming);
    return refuseByHeaders(parts, incoming) ?? takeLimited(c);
  });
  app.notFound(() => problem(404, "Not found", "Kratos posts to /courier/sms; there is nothing else on this port"));
  app.onError(answerBug(parts.tell));
  return app;
}

const UNREAD = new Uint8Array();

/** A request before its body is read; `connection` is what the server tells of it, and nothing for one made inside the process. */
function unread(request: Request, connection: unknown): Incoming {
  const { incoming } = (connection ?? {}) as { incoming?: { socket?: Caller } };
  return { request, bytes: UNREAD, caller: incoming?.socket };
}

/** The message of a request, or why there is none. */
function readMessage(parts: CourierParts, incoming: Incoming): Message | Response {
  const { clock, random, tell } = parts;
  const { request, bytes, caller } = incoming;
  const json = parseJson(bytes);
  if (json === undefined) return refuse(parts, incoming, { status: 400, reason: "body: is not JSON" });
  const parsed = parseCourierMessage(json, {
    id: `msg_${random.id()}`,
    receivedAt: clock.wallMs(),
    clientIpHeader: parts.clientIpHeader,
    traceparent: request.headers.get("traceparent") ?? undefined,
  });
  if ("problem" in parsed) return refuse(parts, incoming, { status: 400, reason: parsed.problem });
  if ("rejected" in parsed) {
    const { id, template, reason } = parsed.rejected;
    tell(refused(incoming, { outcome: "rejected", status: 200, reason, id, template }));
    return toResponse(answer(parts, request, { outcome: "rejected", id, reason }));
  }
  const { message } = parsed;
  tell({ type: "received", message, request: new IncomingRequest(request, bytes, caller) });
  return message;
}

function answerWith(parts: CourierParts, { request, caller }: Incoming, message: Message, outcome: Outcome): Response {
  const { name, messageId: id, provider, reason } = outcome;
  const answered = answer(parts, request, { outcome: name, id, provider, reason });
  parts.tell({ type: "answered", message, answer: caller?.destroyed ? undefined : answered });
  return toResponse(answered);
}

function refuseByHeaders(parts: CourierParts, incoming: Incoming): Response | undefined {
  const { method, headers } = incoming.request;
  const refuseWith = (status: number, reason: string, extra?: Record<string, string>) =>
    refuse(parts, incoming, { status, reason }, extra);
  if (method !== "POST" && method !== "PUT") return refuseWith(405, "use POST or PUT", { Allow: "POST, PUT" });
  const key = parts.authenticate?.(headers);
  if (key) parts.tell({ type: "authenticated", key: key.id });
  if (parts.authenticate && !key) {
    return refuseWith(401, hasKey(headers) ? "the API key is none of the configured ones" : NO_KEY, {
      "WWW-Authenticate": 'Bearer realm="kratos-sms-gateway"',
    });
  }
  if (headers.has("content-encoding")) return refuseWith(415, "Content-Encoding: send the body uncompressed");
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
    return refuseWith(415, "Content-Type: send application/json");
  }
  return undefined;
}

/** Node reads no more of a body than its length says; the limit would copy it once more to see. */
function isKnownToFit(headers: Headers): boolean {
  const length = headers.get("content-length");
  return length !== null && !headers.has("transfer-encoding") && Number(length) <= MAX_BODY_BYTES;
}

/** Kratos up to v26.2 never closes an answer's body and sends no Accept: to such a caller an empty answer frees the connection. */
function answer({ rejectLimited }: CourierParts, request: Request, result: Result): Answer {
  const { outcome, id, reason } = result;
  const status = outcome === "suppressed" && rejectLimited ? 429 : STATUS[outcome];
  if (status !== 200) {
    const [title, detail] = FAILURES[status];
    const told = { "X-Outcome": outcome, "X-Message-Id": id };
    return problemAnswer(status, title, detail, { outcome, id, reason }, told);
  }
  if (!request.headers.has("accept")) {
    return { status, headers: { "X-Outcome": outcome, "X-Message-Id": id, "Content-Length": "0" }, body: "" };
  }
  const headers = { "X-Outcome": outcome, "X-Message-Id": id, "Content-Type": "application/json" };
  return { status, headers, body: JSON.stringify(result) };
}

const FAILURES = {
  429: ["Limited", "As many messages as may go there have gone."],
  503: ["Not sent", "No provider could take the message; send it again soon."],
} as const;

function brokeOff(parts: CourierParts, incoming: Incoming): Response {
  return refuse(parts, incoming, { status: 400, reason: "body: broke off before its end" });
}

function refuse(
  parts: CourierParts,
  incoming: Incoming,
  { status, reason }: { status: number; reason: string },
  headers?: Record<string, string>,
): Response {
  const outcome = status === 401 ? "unauthorized" : "invalid";
  parts.tell(refused(incoming, { outcome, status, reason }));
  return problem(
    status,
    REFUSAL_TITLES[status] ?? "Refused",
    reason,
    { outcome },
    { ...headers, "X-Outcome": outcome },
  );
}

const NO_KEY = "no API key was presented: X-API-Key, Authorization: Bearer, or the password of HTTP Basic";

const REFUSAL_TITLES: Record<number, string> = {
  400: "Not a courier message",
  401: "Unauthorized",
  405: "Method not allowed",
  413: "Too large",
  415: "Unsupported media type",
};

function refused({ request, bytes, caller }: Incoming, refusal: Refusal) {
  return { type: "refused", ...refusal, request: new IncomingRequest(request, bytes, caller) } as const;
}

const decoder = new TextDecoder();

function parseJson(bytes: RawRequest["body"]): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}
