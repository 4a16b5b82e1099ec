import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { problem } from "../http/problem.ts";
import type { Random } from "../values/random.ts";
import { json, problemAnswer } from "./api-schemas.ts";
import { testMessageAnswerSchema, testMessageSchema } from "./status-schemas.ts";

/** Posts a body to the gateway's own webhook, as Kratos would. */
export type PostToCourier = (body: object) => Promise<Response>;

/** Sends a message as Kratos would, to see that the gateway works; never beside live mode, where it would really be sent. */
export function addTestMessageRoute(app: OpenAPIHono, post: PostToCourier | undefined, random: Random): void {
  app.openapi(testMessageRoute, async (c) => {
    if (!post) return problem(404, "Not here", "Test messages are for dev mode; in live mode use the command send.");
    const { to = DEFAULT_TO, text } = c.req.valid("json");
    const answer = await post(courierBody(to, text, random));
    const messageId = answer.headers.get("x-message-id");
    if (messageId !== null) return c.json({ messageId }, 200);
    return problem(502, "Not taken", `The gateway answered ${answer.status}; /api/messages shows why under refusals.`);
  });
}

const DEFAULT_TO = "+12025550143";

function courierBody(to: string, text: string | undefined, random: Random): object {
  const code = String(100_000 + Math.floor(random.fraction() * 900_000));
  return {
    recipient: to,
    subject: "",
    body: text ?? `Your login code is: ${code}\n\nIt expires in 15 minutes.\n`,
    template_type: "login_code_valid",
    template_data: { to, ...(text === undefined && { login_code: code, expires_in_minutes: 15 }) },
    message_type: "sms",
  };
}

const testMessageRoute = createRoute({
  method: "post",
  path: "/api/test-message",
  operationId: "sendTestMessage",
  summary: "Posts a message as Kratos would, through the same webhook; dev mode only",
  request: { body: { required: true, content: { "application/json": { schema: testMessageSchema } } } },
  responses: {
    200: json(testMessageAnswerSchema, "The message"),
    400: problemAnswer("The body has another shape"),
    404: problemAnswer("Beside live mode"),
    502: problemAnswer("The gateway refused it"),
  },
});
