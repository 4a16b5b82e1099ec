import type { Dispatch } from "../dispatch/dispatch.ts";
import { parseCourierMessage } from "../kratos/courier-message.ts";
import type { Answer, RawRequest, Refusal, Tell } from "../sms/event.ts";
import type { Message, MessageId } from "../sms/message.ts";
import type { Outcome, OutcomeName } from "../sms/outcome.ts";
import type { Clock } from "../values/clock.ts";
import type { Random } from "../values/random.ts";
import { type Authenticate, hasKey } from "./auth.ts";
import type { CourierRequest } from "./courier-request.ts";
import { IncomingRequest } from "./incoming-request.ts";
import { problemAnswer } from "./problem.ts";

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

/** What requests to send are taken with. */
export interface TakingParts {
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
}

/** The answer's content, the same for headers and JSON. */
interface Result {
  outcome: OutcomeName;
  id: MessageId;
  provider?: string | undefined;
  /** Why it came to nothing else. */
  reason?: string | undefined;
}

/** A request, and its body as far as it was read. */
interface Incoming {
  request: CourierRequest;
  body: RawRequest["body"];
}

/** Reads a request that its headers do not refuse, sends its message, and answers with what became of it. */
export function takeMessage(parts: TakingParts, request: CourierRequest): Promise<Answer> {
  return request.read().then(
    (body) => {
      const message = readMessage(parts, { request, body });
      if ("status" in message) return message;
      return parts.dispatch(message).then((outcome) => answerWith(parts, request, message, outcome));
    },
    () => refuseBrokenOff(parts, request),
  );
}

/** Why a request is refused whatever its body holds. */
export function refuseByHeaders(parts: TakingParts, request: CourierRequest): Answer | undefined {
  const { method, headers } = request;
  const refuseWith = (status: number, reason: string, extra?: Record<string, string>) =>
    refuse(parts, unread(request), { status, reason }, extra);
  if (method !== "POST" && method !== "PUT") return refuseWith(405, "use POST or PUT", { Allow: "POST, PUT" });
  const key = parts.authenticate?.(headers);
  if (key) parts.tell({ type: "authenticated", key: key.id });
  if (parts.authenticate && !key) {
    return refuseWith(401, hasKey(headers) ? "the API key is none of the configured ones" : NO_KEY, {
      "WWW-Authenticate": 'Bearer realm="kratos-sms-gateway"',
    });
  }
  if (headers.get("content-encoding") !== null) {
    return refuseWith(415, "Content-Encoding: send the body uncompressed");
  }
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
    return refuseWith(415, "Content-Type: send application/json");
  }
  return undefined;
}

/** The answer to a request whose body is too large to be read. */
export function refuseTooLarge(parts: TakingParts, request: CourierRequest, maxBytes: number): Answer {
  const reason = `the body is larger than ${maxBytes / 1024} KiB`;
  // The rest of the body is never read, so the connection cannot be used again.
  return refuse(parts, unread(request), { status: 413, reason }, { Connection: "close" });
}

/** The answer, which nobody may be there to read, to a request whose body broke off. */
export function refuseBrokenOff(parts: TakingParts, request: CourierRequest): Answer {
  return refuse(parts, unread(request), { status: 400, reason: "body: broke off before its end" });
}

/** The message of a request, or the answer that says why there is none. */
function readMessage(parts: TakingParts, incoming: Incoming): Message | Answer {
  const { clock, random, tell } = parts;
  const { request, body } = incoming;
  const json = parseJson(body);
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
    return answer(parts, request, { outcome: "rejected", id, reason });
  }
  const { message } = parsed;
  tell({ type: "received", message, request: new IncomingRequest(request, body) });
  return message;
}

function answerWith(parts: TakingParts, request: CourierRequest, message: Message, outcome: Outcome): Answer {
  const { name, messageId: id, provider, reason } = outcome;
  const answered = answer(parts, request, { outcome: name, id, provider, reason });
  parts.tell({ type: "answered", message, answer: request.caller?.destroyed ? undefined : answered });
  return answered;
}

/** Kratos up to v26.2 never closes an answer's body and sends no Accept: to such a caller an empty answer frees the connection. */
function answer({ rejectLimited }: TakingParts, { headers }: CourierRequest, result: Result): Answer {
  const { outcome, id, reason } = result;
  const status = outcome === "suppressed" && rejectLimited ? 429 : STATUS[outcome];
  if (status !== 200) {
    const [title, detail] = FAILURES[status];
    const told = { "X-Outcome": outcome, "X-Message-Id": id };
    return problemAnswer(status, title, detail, { outcome, id, reason }, told);
  }
  if (headers.get("accept") === null) {
    return { status, headers: { "X-Outcome": outcome, "X-Message-Id": id, "Content-Length": "0" }, body: "" };
  }
  const told = { "X-Outcome": outcome, "X-Message-Id": id, "Content-Type": "application/json" };
  return { status, headers: told, body: JSON.stringify(result) };
}

const FAILURES = {
  429: ["Limited", "As many messages as may go there have gone."],
  503: ["Not sent", "No provider could take the message; send it again soon."],
} as const;

function refuse(
  parts: TakingParts,
  incoming: Incoming,
  { status, reason }: { status: number; reason: string },
  headers?: Record<string, string>,
): Answer {
  const outcome = status === 401 ? "unauthorized" : "invalid";
  parts.tell(refused(incoming, { outcome, status, reason }));
  const title = REFUSAL_TITLES[status] ?? "Refused";
  return problemAnswer(status, title, reason, { outcome }, { ...headers, "X-Outcome": outcome });
}

const NO_KEY = "no API key was presented: X-API-Key, Authorization: Bearer, or the password of HTTP Basic";

const REFUSAL_TITLES: Record<number, string> = {
  400: "Not a courier message",
  401: "Unauthorized",
  405: "Method not allowed",
  413: "Too large",
  415: "Unsupported media type",
};

function unread(request: CourierRequest): Incoming {
  return { request, body: new Uint8Array() };
}

function refused({ request, body }: Incoming, refusal: Refusal) {
  return { type: "refused", ...refusal, request: new IncomingRequest(request, body) } as const;
}

const decoder = new TextDecoder();

function parseJson(bytes: RawRequest["body"]): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}
