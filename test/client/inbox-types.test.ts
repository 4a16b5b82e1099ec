import type { z } from "@hono/zod-openapi";
import { expectTypeOf, it } from "vitest";
import type { Code, Message, MessageDetail, MessageList } from "../../src/client/inbox-types.ts";
import type { codeSchema, messageDetailSchema, messageListSchema, messageSchema } from "../../src/inbox/api-schemas.ts";

/** What is left of a type after JSON: an undefined field is absent. */
type Json<T> = T extends object ? { [Name in keyof T]: Json<Exclude<T[Name], undefined>> } : T;

it("are what the inbox answers; the inbox may tell more", () => {
  expectTypeOf<Json<z.infer<typeof codeSchema>>>().toExtend<Code>();
  expectTypeOf<Json<z.infer<typeof messageSchema>>>().toExtend<Message>();
  expectTypeOf<Json<z.infer<typeof messageDetailSchema>>>().toExtend<MessageDetail>();
  expectTypeOf<Json<z.infer<typeof messageListSchema>>>().toExtend<MessageList>();
});
