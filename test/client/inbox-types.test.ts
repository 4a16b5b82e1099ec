import type { z } from "@hono/zod-openapi";
import { expectTypeOf, it } from "vitest";
import type { Code, Message, MessageDetail, MessageList, RawRequest } from "../../src/client/inbox-types.ts";
import type { codeSchema, messageDetailSchema, messageListSchema, messageSchema } from "../../src/inbox/api-schemas.ts";

/** What is left of a type after JSON: an undefined field is absent. */
type Json<T> = T extends object ? { [Name in keyof T]: Json<Exclude<T[Name], undefined>> } : T;

it("leave nothing out", () => {
  expectTypeOf<keyof Message>().toEqualTypeOf<keyof z.infer<typeof messageSchema>>();
  expectTypeOf<keyof MessageDetail>().toEqualTypeOf<keyof z.infer<typeof messageDetailSchema>>();
  expectTypeOf<keyof RawRequest>().toEqualTypeOf<keyof NonNullable<z.infer<typeof messageDetailSchema>["request"]>>();
});

it("are what the inbox answers", () => {
  expectTypeOf<Json<z.infer<typeof codeSchema>>>().toExtend<Code>();
  expectTypeOf<Json<z.infer<typeof messageSchema>>>().toExtend<Message>();
  expectTypeOf<Json<z.infer<typeof messageDetailSchema>>>().toExtend<MessageDetail>();
  expectTypeOf<Json<z.infer<typeof messageListSchema>>>().toExtend<MessageList>();
});
