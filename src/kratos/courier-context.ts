import { z } from "zod";
import { type Fields, field, fieldsAt, isFields } from "./fields.ts";

/** What a courier request holds, whichever of its three forms it came in. */
export interface CourierContext {
  recipient: string;
  body: string;
  template: string;
  templateData: Fields;
  requestHeaders: Fields;
}

/** The template name of a message that names none, as `{to, body}` does; Kratos has no template of this name. */
const CUSTOM_TEMPLATE = "custom";
const MAX_DEPTH = 16;

const EXPECTED =
  "expected the courier context of Ory Kratos (courier-jsonnet/sms.jsonnet), the same inside {ctx: ...}, or {to, body}";
const E_MAIL =
  "this is an e-mail; in kratos.yml courier.http.request_config.url points to this gateway, " +
  "but only the channel with id sms under courier.channels may";

const templateName = z
  .string("must be text")
  .regex(/^[\w.-]{0,64}$/, "must be at most 64 letters, digits, dots, dashes and underscores")
  .nullish();
const object = z.custom<Fields>(isFields, "must be an object").nullish();

const contextSchema = z.object({
  recipient: z.string(`must be the phone number as text; ${EXPECTED}`),
  body: z.string("must be the message as text"),
  template_type: templateName,
  template_data: object,
  message_type: z.string("must be text").nullish(),
  html_body: z.unknown().optional(),
  // Headers and what is inside template_data only enrich a message: a wrong type there is passed over, not refused.
  request_headers: z.unknown().optional(),
});

const minimalSchema = z.object({
  to: z.string(`must be the phone number as text; ${EXPECTED}`),
  body: z.string("must be the message as text"),
});

/** Reads the three forms of a courier request; the problem names the field's path and the way out, never a value. */
export function readContext(json: unknown): CourierContext | { problem: string } {
  if (typeof json === "string") {
    return { problem: "body: is a JSON string that holds JSON; leave std.manifestJsonEx out of the Jsonnet" };
  }
  if (!isFields(json)) return { problem: `body: ${EXPECTED}` };
  if (nestsDeeperThan(MAX_DEPTH, json)) {
    return {
      problem: `body: nests deeper than ${MAX_DEPTH} levels; courier-jsonnet/sms.jsonnet leaves the identity behind`,
    };
  }
  const wrapped = field(json, "ctx");
  if (wrapped !== undefined && field(json, "recipient") === undefined) {
    return isFields(wrapped) ? readFull(wrapped) : { problem: `ctx: must be an object; ${EXPECTED}` };
  }
  return field(json, "to") !== undefined && field(json, "recipient") === undefined ? readMinimal(json) : readFull(json);
}

function readFull(fields: Fields): CourierContext | { problem: string } {
  const parsed = contextSchema.safeParse(fields);
  if (!parsed.success) return { problem: problems("ctx.", parsed.error) };
  const context = parsed.data;
  if (context.message_type === "email" || (typeof context.html_body === "string" && context.html_body !== "")) {
    return { problem: `ctx.${context.message_type === "email" ? "message_type" : "html_body"}: ${E_MAIL}` };
  }
  if (context.recipient.includes("@")) return { problem: `ctx.recipient: ${E_MAIL}` };
  if (context.message_type && context.message_type !== "sms") {
    return { problem: "ctx.message_type: must be sms; this gateway sends nothing else" };
  }
  if (isBlank(context.body)) return { problem: "ctx.body: is empty; look at the SMS template in Kratos" };
  return {
    recipient: context.recipient,
    body: context.body,
    template: templateOf(context.template_type),
    templateData: context.template_data ?? {},
    requestHeaders: fieldsAt(fields, "request_headers") ?? {},
  };
}

/** A name with many digits may hold a number or a code, and names go into logs and metrics. */
function templateOf(name: string | null | undefined): string {
  return name && !/\d{4}/.test(name) ? name : CUSTOM_TEMPLATE;
}

function readMinimal(fields: Fields): CourierContext | { problem: string } {
  const parsed = minimalSchema.safeParse(fields);
  if (!parsed.success) return { problem: problems("", parsed.error) };
  const { to, body } = parsed.data;
  if (to.includes("@")) return { problem: `to: ${E_MAIL}` };
  if (isBlank(body)) return { problem: "body: is empty; write the message" };
  return { recipient: to, body, template: CUSTOM_TEMPLATE, templateData: {}, requestHeaders: {} };
}

/** Kratos' templates may consist of blank lines, and blanks are nothing a phone could show. */
function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Cf}]/u.test(text);
}

function problems(prefix: string, error: z.ZodError): string {
  return error.issues.map((issue) => `${prefix}${issue.path.join(".")}: ${issue.message}`).join("; ");
}

/** Goes down no further than it has to: 256 KiB of brackets would overflow the stack. */
function nestsDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) if (nestsDeeperThan(levels - 1, child)) return true;
  return false;
}
