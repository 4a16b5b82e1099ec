import { Hono } from "hono";
import type { Account } from "../dispatch/failover.ts";
import { parseNumber } from "../sms/e164.ts";
import { numberTag } from "../sms/number-tag.ts";
import type { PumpingAlarm, PumpingRule } from "../sms/pumping-alarm.ts";
import type { Store } from "../store/store.ts";
import type { Keyed } from "../values/keyed.ts";
import type { Authenticate } from "./auth.ts";
import { problem } from "./problem.ts";
import { viewAlarm, viewRecord } from "./record-view.ts";

/** What the admin API works with. */
export interface AdminParts {
  /** By a key; for everybody; or not at all. */
  access: Authenticate | "open" | "absent";
  accounts: ReadonlyMap<string, Account>;
  store: Pick<Store, "find" | "switch" | "switchedOff">;
  keyed: Keyed;
  pumping: {
    alarms(): PumpingAlarm[];
    rules(): Partial<Record<PumpingRule, string>>;
  };
  /** Reads the configuration anew; answers why it stays as it was, with nothing when it was applied. */
  reload(): Promise<string[]>;
}

/** What happened to a message, and which provider is asked; below `/admin`. No number, text or code ever leaves. */
export function createAdminApp(parts: AdminParts): Hono {
  const { store, accounts, access } = parts;
  const app = new Hono();
  app.use(async (c, next) => {
    if (access === "absent") return notFound("there is no admin API without admin.keys (ADMIN_API_KEY)");
    if (access === "open") return c.req.header("origin") ? FOREIGN() : next();
    if (access(c.req.raw.headers)) return next();
    return problem(401, "Unauthorized", "no known admin key was presented", {}, CHALLENGE);
  });
  app.get("/messages", async (c) => {
    const tag = tagOf(parts.keyed, c.req.query("to"), c.req.query("tag"));
    if ("problem" in tag) return problem(400, "Bad parameter", tag.problem);
    return c.json({ messages: (await store.find(tag)).map(viewRecord) });
  });
  app.get("/messages/:id", async (c) => {
    const [record] = await store.find({ id: c.req.param("id") });
    return record ? c.json(viewRecord(record)) : notFound("no message of this id in the last 24 h");
  });
  app.get("/pumping", (c) => c.json({ rules: parts.pumping.rules(), alarms: parts.pumping.alarms().map(viewAlarm) }));
  app.get("/providers", async (c) => c.json({ providers: await describeProviders(accounts, store) }));
  app.post("/providers/:name/:switch{disable|enable}", async (c) => {
    const name = c.req.param("name");
    if (!accounts.has(name)) return notFound(`there is no such provider; there are ${[...accounts.keys()].join(", ")}`);
    await store.switch(name, c.req.param("switch") === "enable");
    return c.json({ providers: await describeProviders(accounts, store) });
  });
  app.post("/reload", async (c) => {
    const problems = await parts.reload();
    if (problems.length === 0) return c.json({ result: "applied" });
    return problem(422, "Not reloaded", "the last good configuration stays in force", { problems });
  });
  return app;
}

/** Without a key a web site that the developer happens to visit could post here, too. */
const FOREIGN = () => problem(403, "Foreign origin", "a browser may not call the open admin API; set ADMIN_API_KEY");

const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="kratos-sms-gateway admin"' };

async function describeProviders(accounts: AdminParts["accounts"], store: AdminParts["store"]) {
  const off = await store.switchedOff();
  return [...accounts].map(([name, { gate }]) => ({ name, enabled: !off.includes(name), ...gate.status() }));
}

function tagOf(keyed: Keyed, to: string | undefined, tag: string | undefined): { tag: string } | { problem: string } {
  if (tag !== undefined) return { tag };
  if (to === undefined) return { problem: "name the messages with to=<number> or tag=<tag from the log>" };
  // A plus that was not encoded arrives as a space.
  const parsed = parseNumber(to.replace(/^ /, "+"));
  return "problem" in parsed ? { problem: `to: ${parsed.problem}` } : { tag: numberTag(keyed, parsed.number) };
}

function notFound(detail: string): Response {
  return problem(404, "Not found", detail);
}
