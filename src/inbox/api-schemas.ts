import { z } from "@hono/zod-openapi";
import { insightFields } from "./insight-schemas.ts";

/** A moment. */
export const time = z.string().openapi({ format: "date-time" });

const segments = z.object({ encoding: z.enum(["GSM-7", "UCS-2"]), count: z.int() });

/** One message as lists and events show it. */
export const messageSchema = z
  .object({
    id: z.string(),
    receivedAt: time,
    to: z.string(),
    country: z.string(),
    numberType: z.string().optional(),
    template: z.string(),
    text: z.string(),
    code: z.string().optional(),
    codeSource: z.enum(["template-data", "autofill-line", "text"]).optional(),
    expiresAt: time.optional(),
    outcome: z.enum([
      "pending",
      "captured",
      "sent",
      "duplicate",
      "suppressed",
      "rejected",
      "ambiguous",
      "failed",
      "shed",
    ]),
    reason: z.string().optional(),
    route: z.string().optional(),
    provider: z.string().optional(),
    sender: z.string().optional(),
    segments: segments.optional(),
    durationMs: z.int().optional(),
    repeatCount: z.int().openapi({ description: "Requests that repeated the message after its end." }),
    requestCount: z.int().openapi({ description: "All requests for this message: the first, retries, repetitions." }),
    attempt: z
      .object({ number: z.int(), of: z.int(), state: z.enum(["retrying", "done", "abandoned"]) })
      .optional()
      .openapi({ description: "How far Kratos is with a message it was answered an error to; abandoned is inferred." }),
    superseded: z.boolean().openapi({ description: "A newer code of this kind went to the number: a hint." }),
    consumed: z.boolean().openapi({ description: "The code was handed to a wait with consume=1." }),
    truncated: z.boolean().openapi({ description: "Some text was longer than the inbox keeps." }),
    simulated: z.string().optional().openapi({
      description: "What a magic number or a chaos rule forced.",
      example: "1503: every request is answered 503",
    }),
  })
  .openapi("Message");

const attempt = z
  .object({
    provider: z.string(),
    skipped: z.string().optional(),
    attemptId: z.string().optional(),
    outcome: z.enum(["sent", "captured", "not-sent", "unknown"]).optional(),
    kind: z.string().optional(),
    detail: z.string().optional(),
    vendorCode: z.string().optional(),
    providerMessageId: z.string().optional(),
    durationMs: z.int().optional(),
  })
  .openapi("Attempt");

const headers = z.record(z.string(), z.string());

const request = z
  .object({
    method: z.string(),
    path: z.string(),
    headers,
    body: z.string().openapi({ description: "As text; GET /api/messages/{id}/body has the bytes." }),
    bytes: z.int().openapi({ description: "How long the body was when it came." }),
    remoteAddress: z.string().optional(),
    answer: z.object({ status: z.int(), headers, body: z.string() }).optional(),
  })
  .openapi("RawRequest");

const outcome = messageSchema.shape.outcome;

const money = z.object({ amount: z.number(), currency: z.string() });

/** One message with everything known of it. */
export const messageDetailSchema = messageSchema
  .extend({
    locales: z.array(z.string()),
    domain: z.string().optional(),
    decision: z
      .object({
        refusedBecause: z.string().optional(),
        route: z.string().optional(),
        passedOver: z.array(z.object({ route: z.string(), because: z.string() })),
        candidates: z.array(
          z.object({
            provider: z.string(),
            share: z
              .number()
              .optional()
              .openapi({ description: "Of how many numbers it is the first at a place that it shares, from 0 to 1." }),
            sender: z.string().optional(),
            incapable: z.string().optional(),
          }),
        ),
        text: z.string(),
        segments,
      })
      .optional(),
    attempts: z.array(attempt),
    limits: z
      .array(
        z.object({
          dimension: z.string(),
          perMs: z.int(),
          max: z.number(),
          used: z.number(),
          enforced: z.boolean(),
        }),
      )
      .openapi({ description: "With this message; of the spend dimensions in the currency of the prices." }),
    cost: money.optional().openapi({ description: "An estimate by the configured prices; absent without any." }),
    requests: z
      .array(
        z.object({
          id: z.string(),
          receivedAt: time,
          outcome,
          status: z.int().optional(),
          reason: z.string().optional(),
          durationMs: z.int().optional(),
        }),
      )
      .openapi({ description: "The newest 20 requests for this message, oldest first." }),
    request: request.optional().openapi({ description: "The newest of them." }),
    ...insightFields,
  })
  .openapi("MessageDetail");

const refusal = z
  .object({ at: time, outcome: z.string(), status: z.int(), reason: z.string(), request })
  .openapi("Refusal");

/** A list of messages. */
export const messageListSchema = z
  .object({
    messages: z.array(messageSchema),
    cursor: z
      .string()
      .openapi({ description: "As `since`: what comes after this list. As `before`: the next older page." }),
    refusals: z.array(refusal).openapi({ description: "The last requests that never became messages, newest first." }),
  })
  .openapi("MessageList");

/** A code that a phone has. */
export const codeSchema = z
  .object({ code: z.string(), to: z.string(), template: z.string(), messageId: z.string(), cursor: z.string() })
  .openapi("Code");

/** A point of the inbox's sequence. */
export const cursorSchema = z.object({ cursor: z.string() }).openapi("Cursor");

/** How much was deleted. */
export const deletedSchema = z.object({ deleted: z.int() }).openapi("Deleted");

const problemSchema = z
  .object({ status: z.int(), title: z.string(), detail: z.string(), parameter: z.string().optional() })
  .openapi("Problem");

/** A successful answer in JSON. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** An answer in problem details. */
export function problemAnswer(description: string): { description: string; content?: ProblemContent } {
  return { description, content: { "application/problem+json": { schema: problemSchema } } };
}

type ProblemContent = { "application/problem+json": { schema: typeof problemSchema } };
