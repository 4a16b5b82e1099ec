import type { IncomingMessage } from "node:http";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { promised } from "../values/promised.ts";
import { type CourierRequest, fromFetch, fromNode, type HeaderFields } from "./courier-request.ts";
import { answerBug, bugAnswer, problem, toResponse } from "./problem.ts";
import type { Face } from "./server.ts";
import { refuseBrokenOff, refuseByHeaders, refuseTooLarge, type TakingParts, takeMessage } from "./take-message.ts";

const MAX_BODY_BYTES = 256 * 1024;
const PATH = "/courier/sms";

/** What the courier's webhook works with. */
export interface CourierParts extends TakingParts {
  /** Goes before everything else on the route; absent in live mode. */
  before?: MiddlewareHandler;
}

/** `POST /courier/sms` and `PUT`: what Ory Kratos' courier calls. */
export function createCourier({ before, ...parts }: CourierParts): Face {
  const { fetch } = createRoutes(parts, before);
  if (before) return { fetch };
  const broken = bugAnswer(parts.tell);
  const take = (request: CourierRequest) => refuseByHeaders(parts, request) ?? takeMessage(parts, request);
  return {
    fetch,
    answer(incoming) {
      const request = usualRequest(incoming);
      return request && promised(() => take(request)).catch(broken);
    },
  };
}

/**
 * The request, when it is what Kratos sends: nearly every one is. It needs no router, and neither Request nor Response: to make
 * those costs as much as to look a number up in its numbering plan, and they stay as long as a vendor takes.
 */
function usualRequest(incoming: IncomingMessage): CourierRequest | undefined {
  if (incoming.url !== PATH || hasRepeatedField(incoming)) return undefined;
  const request = fromNode(incoming);
  return isKnownToFit(request.headers) ? request : undefined;
}

/** Of some fields Node keeps the first only, where others would see both: which one counts is not for us to choose. */
function hasRepeatedField({ headers, rawHeaders }: IncomingMessage): boolean {
  return Object.keys(headers).length * 2 !== rawHeaders.length;
}

/** The routes, for whatever is not usual, and in dev mode for everything. */
function createRoutes(parts: TakingParts, before: MiddlewareHandler | undefined): Hono {
  const app = new Hono();
  const limited = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) => toResponse(refuseTooLarge(parts, fromFetch(c.req.raw, c.env), MAX_BODY_BYTES)),
  });
  /** A body in chunks is read by the limit itself. */
  const takeLimited = async (c: Context) => {
    let isWhole = false;
    const refusal = await limited(c, async () => {
      isWhole = true;
    }).catch(() => undefined);
    // The limit may have put another request in the place of the one it read.
    const request = fromFetch(c.req.raw, c.env);
    if (isWhole) return toResponse(await takeMessage(parts, request));
    return refusal ?? toResponse(refuseBrokenOff(parts, request));
  };
  if (before) app.use(PATH, before);
  app.all(PATH, async (c) => {
    const request = fromFetch(c.req.raw, c.env);
    const refusal = refuseByHeaders(parts, request);
    if (refusal) return toResponse(refusal);
    return isKnownToFit(request.headers) ? toResponse(await takeMessage(parts, request)) : takeLimited(c);
  });
  app.notFound(() => problem(404, "Not found", "Kratos posts to /courier/sms; there is nothing else on this port"));
  app.onError(answerBug(parts.tell));
  return app;
}

/** Node reads no more of a body than its length says; the limit would copy it once more to see. */
function isKnownToFit(headers: HeaderFields): boolean {
  const length = headers.get("content-length");
  return length !== null && headers.get("transfer-encoding") === null && Number(length) <= MAX_BODY_BYTES;
}
