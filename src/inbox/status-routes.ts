import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Clock } from "../values/clock.ts";
import { json } from "./api-schemas.ts";
import type { Chaos } from "./chaos.ts";
import { formatCursor } from "./cursor.ts";
import type { Mailbox } from "./mailbox.ts";
import { statusSchema } from "./status-schemas.ts";
import { viewWait } from "./view.ts";

/** What the inbox says about the gateway beside it; read anew for each answer, since only a listener knows its port. */
export interface StatusFacts {
  version: string;
  mode: "dev" | "live";
  courierUrl: string;
  needsKey: boolean;
  /** What belongs into kratos.yml. */
  pasteBlock: string;
  /** The same for Kratos in a container. */
  dockerPasteBlock: string;
  /** Numbers that fail on purpose, and how. */
  magicNumbers?: { number: string; says: string }[];
  /** Absent in live mode, where nothing goes wrong on purpose. */
  chaosRules?: Chaos;
}

/** Says how everything is: what the page shows before the first message comes. */
export function addStatusRoutes(app: OpenAPIHono, mailbox: Mailbox, facts: StatusFacts, clock: Clock): void {
  const startedAt = new Date(clock.wallMs()).toISOString();
  app.openapi(statusRoute, (c) => {
    const { version, mode, courierUrl, needsKey, pasteBlock, dockerPasteBlock, magicNumbers = [], chaosRules } = facts;
    return c.json(
      {
        ...{ version, mode, startedAt, courierUrl, needsKey, magicNumbers },
        pasteBlocks: { host: pasteBlock, docker: dockerPasteBlock },
        requestCount: mailbox.requestCount(),
        waits: mailbox.waits().map(viewWait),
        chaos: chaosRules?.state() ?? { active: false, rules: [] },
        cursor: formatCursor(mailbox.cursor()),
      },
      200,
    );
  });
}

const statusRoute = createRoute({
  method: "get",
  path: "/api/status",
  operationId: "status",
  summary: "The gateway's address and block for kratos.yml, open waits, failures made on purpose",
  responses: { 200: json(statusSchema, "How everything is") },
});
