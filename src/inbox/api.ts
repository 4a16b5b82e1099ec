import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ZodError } from "zod";
import { problem } from "../http/problem.ts";
import type { Preview } from "../sms/payload.ts";
import type { Clock } from "../values/clock.ts";
import type { Random } from "../values/random.ts";
import { type BrowserGuardOptions, browserGuard } from "./browser-guard.ts";
import { addChaosRoutes } from "./chaos-routes.ts";
import { addCodeRoutes } from "./code-routes.ts";
import { addEventRoutes } from "./event-routes.ts";
import type { Mailbox } from "./mailbox.ts";
import { addMessageRoutes } from "./message-routes.ts";
import { addPageRoutes, type PageFacts } from "./page.ts";
import { addStatusRoutes, type StatusFacts } from "./status-routes.ts";
import { addTestMessageRoute, type PostToCourier } from "./test-message-route.ts";

/** What the inbox shows, to whom, and what it says about the gateway beside it. */
export interface InboxOptions extends BrowserGuardOptions, PageFacts, StatusFacts {
  mailbox: Mailbox;
  clock: Clock;
  random: Random;
  /** Absent where no vendor is known. */
  preview?: Preview;
  /** Absent in live mode. */
  postToCourier?: PostToCourier;
}

const MAX_BODY_BYTES = 64 * 1024;

/** The dev inbox: its page at `/`, its API under `/api`, the description of both at `/openapi.json`. */
export function createInboxApp(options: InboxOptions): Hono {
  const { mailbox, clock, allowedHosts, token, preview, chaosRules } = options;
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : badParameter(result.error, c)),
  });
  app.use(browserGuard({ allowedHosts, ...(token && { token }) }));
  app.use("/api/*", refuseHead, bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }), refuseOtherThanJson);
  addMessageRoutes(app, mailbox, preview);
  addCodeRoutes(app, mailbox);
  addEventRoutes(app, mailbox, clock, chaosRules);
  addStatusRoutes(app, mailbox, options, clock);
  addTestMessageRoute(app, options.postToCourier, options.random);
  if (chaosRules) addChaosRoutes(app, chaosRules);
  chaosRules?.follow(mailbox.tellChaos);
  addPageRoutes(app, mailbox, options);
  app.doc31("/openapi.json", { openapi: "3.1.0", info: INFO });
  app.notFound(() => problem(404, "Not found", "The page is at /, the API is described at /openapi.json."));
  return app as unknown as Hono;
}

const INFO = {
  title: "kratos-sms-gateway dev inbox",
  version: "1",
  description: "The SMS that the gateway captured in dev mode, and the codes in them for tests that wait.",
};

/** Hono answers HEAD by running GET: that would open a stream, or take a code, for nobody. */
async function refuseHead(c: Context, next: () => Promise<void>): Promise<Response | undefined> {
  if (c.req.method === "HEAD") return problem(405, "Method not allowed", "Use GET.", {}, { Allow: "GET" });
  await next();
  return undefined;
}

/** A form of another site is no JSON; neither is a typing mistake, which the framework would call a bug of ours. */
async function refuseOtherThanJson(c: Context, next: () => Promise<void>): Promise<Response | undefined> {
  if (c.req.method === "POST" || c.req.method === "PUT") {
    const isJson = /^application\/json\s*(;|$)/i.test(c.req.header("content-type") ?? "");
    if (!isJson) return problem(415, "Unsupported media type", "Content-Type: send application/json.");
    const body = await c.req.json().catch(() => undefined);
    if (body === undefined) return problem(400, "Not JSON", "The body is not JSON.");
  }
  await next();
  return undefined;
}

function tooLarge(): Response {
  const detail = `The body is larger than ${MAX_BODY_BYTES / 1024} KiB.`;
  return problem(413, "Too large", detail, {}, { Connection: "close" });
}

function badParameter(error: ZodError, c: Context): Response {
  const [issue] = error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const parameter = unknown ?? (issue?.path ?? []).join(".");
  const known = unknown === undefined || !c.req.path.startsWith("/api/messages") ? "" : "; this call knows only to";
  return problem(400, "Bad parameter", `${parameter}: ${unknown ? `unknown${known}` : issue?.message}`, { parameter });
}
