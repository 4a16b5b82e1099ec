import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { to } from "./api-parameters.ts";
import { json, problemAnswer } from "./api-schemas.ts";
import type { Chaos, ChaosRule } from "./chaos.ts";

const MAX_RULES = 20;
const MAX_DELAY_MS = 60_000;

const rule = z
  .strictObject({
    id: z.string().min(1).max(64).openapi({ description: "Any name; given by the inbox when absent." }),
    to: to.optional(),
    probability: z.number().min(0).max(1).openapi({ example: 0.3 }),
    status: z.int().min(400).max(599).optional().openapi({ description: "The message fails and is answered so." }),
    delayMs: z.int().min(1).max(MAX_DELAY_MS).optional().openapi({ description: "The answer comes so much later." }),
    dropAfterAccept: z.boolean().optional().openapi({
      description: "The message is captured, and the connection closed without an answer.",
    }),
    next: z.int().min(1).max(1_000_000).optional().openapi({
      description: "Only for so many requests that it applies to, retries among them; then the rule is gone.",
    }),
  })
  .openapi("ChaosRule");

const ruleInput = rule
  .extend({ id: rule.shape.id.optional(), probability: rule.shape.probability.default(1) })
  .refine(({ status, delayMs, dropAfterAccept }) => status || delayMs || dropAfterAccept, {
    error: "does nothing; give it status, delayMs or dropAfterAccept",
  })
  .refine(({ status, dropAfterAccept }) => !(status && dropAfterAccept), {
    error: "what is answered with an error is not accepted: give status or dropAfterAccept",
  });

/** The chaos rules in force, as `/api/chaos`, `/api/status` and the event `chaos` show them. */
export const chaosSchema = z.object({ active: z.boolean(), rules: z.array(rule) }).openapi("Chaos");

const chaosInput = z.object({
  rules: z.array(ruleInput).max(MAX_RULES, `at most ${MAX_RULES} rules`).refine(haveOwnIds, "two rules share an id"),
});

/** Shows, replaces and removes the chaos rules. */
export function addChaosRoutes(app: OpenAPIHono, chaos: Chaos): void {
  app.openapi(showRoute, (c) => c.json(chaos.state(), 200));
  app.openapi(replaceRoute, (c) => {
    return c.json(chaos.replace(withIds(c.req.valid("json").rules)), 200);
  });
  app.openapi(removeRoute, (c) => c.json(chaos.replace([]), 200));
}

function haveOwnIds(rules: { id?: string | undefined }[]): boolean {
  const ids = rules.flatMap(({ id }) => id ?? []);
  return new Set(ids).size === ids.length;
}

/** Names each rule without an id after its place, or the next one that is free. */
function withIds(rules: z.infer<typeof ruleInput>[]): ChaosRule[] {
  const taken = new Set(rules.map(({ id }) => id));
  return rules.map((given, index) => {
    let place = index + 1;
    while (given.id === undefined && taken.has(`rule-${place}`)) place += 1;
    const id = given.id ?? `rule-${place}`;
    taken.add(id);
    return { ...given, id };
  });
}

const showRoute = createRoute({
  method: "get",
  path: "/api/chaos",
  operationId: "showChaos",
  summary: "The chaos rules in force; 404 in live mode, as for the other two",
  responses: { 200: json(chaosSchema, "The rules") },
});

const replaceRoute = createRoute({
  method: "put",
  path: "/api/chaos",
  operationId: "replaceChaos",
  summary: "Replaces all chaos rules; of these the first that applies to a request does",
  request: { body: { required: true, content: { "application/json": { schema: chaosInput } } } },
  responses: {
    200: json(chaosSchema, "The rules"),
    400: problemAnswer("A rule is wrong"),
    413: problemAnswer("The body is too large"),
    415: problemAnswer("The body is no JSON"),
  },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/api/chaos",
  operationId: "removeChaos",
  summary: "Removes all chaos rules",
  responses: { 200: json(chaosSchema, "No rules") },
});
