import { z } from "@hono/zod-openapi";
import { to } from "./api-parameters.ts";
import { time } from "./api-schemas.ts";
import { chaosSchema } from "./chaos-routes.ts";

/** A test that waits for a code. */
export const waitSchema = z
  .object({ to: z.string(), template: z.string().optional(), startedAt: time, timeoutMs: z.int() })
  .openapi("Wait");

/** How the inbox and the gateway beside it are. */
export const statusSchema = z
  .object({
    version: z.string(),
    mode: z.enum(["dev", "live"]),
    startedAt: time,
    courierUrl: z.string().openapi({ description: "Where Kratos posts to." }),
    needsKey: z.boolean().openapi({ description: "The gateway wants an API key." }),
    pasteBlocks: z
      .object({ host: z.string(), docker: z.string() })
      .openapi({ description: "What belongs into kratos.yml, for Kratos on this machine and in a container." }),
    requestCount: z.int().openapi({ description: "Requests since the start, the refused ones too." }),
    waits: z.array(waitSchema),
    chaos: chaosSchema,
    magicNumbers: z.array(z.object({ number: z.string(), says: z.string() })),
    cursor: z.string(),
  })
  .openapi("Status");

/** What a test message may say; a number and a text of ours unless told. */
export const testMessageSchema = z
  .strictObject({ to: to.optional(), text: z.string().min(1).max(1_600).optional() })
  .openapi("TestMessage");

/** The message that it became. */
export const testMessageAnswerSchema = z.object({ messageId: z.string() }).openapi("TestMessageAnswer");
