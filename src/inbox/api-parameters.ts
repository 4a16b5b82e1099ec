import { z } from "@hono/zod-openapi";
import { parseNumber } from "../sms/e164.ts";
import { parseDuration } from "../values/duration.ts";
import { parseCursor } from "./cursor.ts";
import { parseSearch } from "./search.ts";

const TO = "write the number with + and country code, in an address %2B12025550143";

/** A phone number in any spelling; a form-decoded plus, which arrives as a space, counts as one. */
export const to = z
  .string({ error: `give it once; ${TO}` })
  .transform((raw, context) => {
    const parsed = parseNumber(raw.replace(/^ +(?=\d)/, "+"));
    if (!("problem" in parsed)) return parsed.number;
    context.addIssue({ code: "custom", message: `${parsed.problem}; ${TO}` });
    return z.NEVER;
  })
  .openapi({ type: "string", example: "+12025550143", description: "The phone number, in any spelling." });

const CURSOR = "take it from GET /api/cursor or from an answer's cursor, or leave it out";

/** A cursor as the number that `delivered` is compared with. */
export const since = z
  .string({ error: `give it once; ${CURSOR}` })
  .transform((raw, context) => {
    const cursor = parseCursor(raw);
    if (cursor) return cursor.now;
    context.addIssue({ code: "custom", message: `this is no cursor; ${CURSOR}` });
    return z.NEVER;
  })
  .openapi({
    type: "string",
    description:
      "A cursor taken before the action: answers with the oldest code a phone got after it, each exactly once. " +
      "0: any, the newest first. Absent: the newest of the last 30 seconds, else the next.",
  });

/** A list's cursor, or a message's id: what came before it. */
export const before = z
  .string({ error: "give it once: a list's cursor or a message's id" })
  .openapi({ description: "A list's `cursor` or a message's `id`: answers with what came before it." });

/** A wait holds a connection open: nobody along the way should think it dead. */
const MAX_WAIT_MS = 60_000;

/** Seconds or a duration, as milliseconds of at most one minute; a longer wait must not end early as if no code came. */
export const timeout = z
  .string({ error: "give it once: seconds (10) or a duration (10s)" })
  .default("10")
  .transform((raw, context) => {
    const ms = /^\d{1,9}(\.\d{1,3})?$/.test(raw) ? Number(raw) * 1_000 : parseDuration(raw);
    if (ms !== undefined && ms <= MAX_WAIT_MS) return ms;
    const message =
      ms === undefined
        ? "write seconds (10) or a duration (10s, 500ms); at most 60s"
        : "at most 60s are waited at once; ask again, with the answer's X-Inbox-Cursor as since";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .openapi({
    type: "string",
    example: "10s",
    description:
      "How long to wait, in seconds or with a unit; 10 s unless told, at most 60 s: to wait longer, ask again with `X-Inbox-Cursor` as `since`.",
  });

/** Whether the code is handed out once only. */
export const consume = z
  .enum(["0", "1", "false", "true"], { error: "write 1 or 0" })
  .default("0")
  .transform((word) => word === "1" || word === "true")
  .openapi({ type: "string", enum: ["0", "1"], description: "1: no later wait is given this code." });

/** How many messages a list has. */
export const limit = z
  .string({ error: "give it once, a number from 1 to 500" })
  .regex(/^0*[1-9]\d{0,5}$/, "write a number from 1 to 500")
  .default("50")
  .transform((digits) => Math.min(Number(digits), 500))
  .openapi({ type: "integer", example: 50, description: "How many, 50 unless told, at most 500." });

/** What was typed into the search box, as a predicate. */
export const search = z
  .string({ error: "give it once" })
  .max(500, "at most 500 characters")
  .transform((query, context) => {
    const matches = parseSearch(query);
    if (typeof matches === "function") return matches;
    context.addIssue({ code: "custom", message: matches.problem });
    return z.NEVER;
  })
  .openapi({
    type: "string",
    example: "to:0143 is:captured -template:login_code_valid",
    description:
      "Words are looked for in text, number, template and code. Operators: to: code: template: status: provider: country: " +
      "has:otp is:captured|sent|failed|duplicate|suppressed|rejected|ambiguous|shed|pending|retrying|abandoned|superseded|" +
      'consumed before: after: (2026-11-21T12:04Z). A minus negates, "quotes" keep words together.',
  });

/** The kind of message, spelled exactly. */
export const template = z
  .string({ error: "give it once, such as login_code_valid" })
  .openapi({ example: "login_code_valid", description: "Only codes of this kind of message." });
