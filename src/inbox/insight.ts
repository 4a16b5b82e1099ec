import type { z } from "@hono/zod-openapi";
import { lintAutofill } from "../kratos/autofill-lint.ts";
import type { Payload, Preview } from "../sms/payload.ts";
import { measureSegments } from "../sms/segment-meter.ts";
import type { messageDetailSchema } from "./api-schemas.ts";
import type { Entry } from "./entry.ts";

/** What is worked out of a message only when somebody looks at it. */
export type Insight = Pick<z.infer<typeof messageDetailSchema>, "meter" | "autofill" | "payloads">;

/** What the text costs, whether browsers offer its code, and what each capable candidate's vendor would get. */
export async function insightOf({ message, decision, clipped }: Entry, preview: Preview | undefined): Promise<Insight> {
  const text = decision?.text ?? message.text;
  return {
    meter: measureSegments(text),
    // The end of a clipped text is missing, and with it the line that counts.
    autofill: clipped ? undefined : lintAutofill(text, message),
    payloads: decision && preview && !clipped ? await payloadsOf(message, decision, preview) : [],
  };
}

async function payloadsOf(
  { to, country, receivedAt, expiresAt }: Entry["message"],
  { candidates, text }: NonNullable<Entry["decision"]>,
  preview: Preview,
): Promise<Insight["payloads"]> {
  const sms = { to, country, text, receivedAt, ...(expiresAt !== undefined && { expiresAt }) };
  const capable = candidates.filter(({ plan }) => "sender" in plan);
  const payloads = await Promise.all(capable.map(({ provider }) => payloadOf(provider, preview(provider, sms))));
  return payloads.flat();
}

/** An account that cannot be made has nothing to show; what else is known of the message is shown all the same. */
async function payloadOf(provider: string, preview: Promise<Payload | undefined>): Promise<Insight["payloads"]> {
  const payload = await preview.catch(() => undefined);
  return payload ? [{ provider, ...payload }] : [];
}
