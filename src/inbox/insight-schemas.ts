import { z } from "@hono/zod-openapi";

const encoding = z.enum(["GSM-7", "UCS-2"]);

const cause = z.object({ character: z.string(), codePoint: z.string(), replacement: z.string().optional() });

const meter = z.object({
  encoding,
  count: z.int(),
  units: z.int().openapi({ description: "Septets of GSM-7, or 16-bit units of UCS-2." }),
  unitsLeft: z.int(),
  perSegment: z.int(),
  causes: z.array(cause).openapi({ description: "The characters that GSM-7 lacks, and what to write instead." }),
  replaced: z
    .object({ text: z.string(), encoding, count: z.int(), units: z.int() })
    .optional()
    .openapi({ description: "The text with all replacements; absent when that would save nothing." }),
});

const autofill = z.object({
  line: z.string().optional().openapi({ description: "The line `@host #code`, as it stands in the text." }),
  findings: z.array(
    z.object({ level: z.enum(["ok", "advice", "error"]), says: z.string(), fix: z.string().optional() }),
  ),
});

const payload = z.object({
  provider: z.string(),
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** What is worked out of a message only when somebody looks at it. */
export const insightFields = {
  meter: meter.optional(),
  autofill: autofill.optional().openapi({ description: "Absent for a text without a code." }),
  payloads: z
    .array(payload)
    .openapi({ description: "What each capable candidate's vendor would get, secrets masked; nothing is sent." }),
};
