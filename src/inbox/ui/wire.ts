import type { z } from "@hono/zod-openapi";
import type { messageDetailSchema, messageListSchema, messageSchema } from "../api-schemas.ts";

/** A message as lists and events tell it. */
export type Message = z.infer<typeof messageSchema>;

/** A message with everything known of it. */
export type Detail = z.infer<typeof messageDetailSchema>;

/** A request that never became a message. */
export type Refusal = z.infer<typeof messageListSchema>["refusals"][number];

/** One candidate of the chain: asked, or skipped. */
export type Attempt = Detail["attempts"][number];

/** One POST of a message. */
export type ReceivedRequest = Detail["requests"][number];

/** How full one window is. */
export type LimitState = Detail["limits"][number];

/** What came over the wire, and what was answered. */
export type RawRequest = NonNullable<Detail["request"]>;

/** What the text costs in segments, and why. */
export type Meter = NonNullable<Detail["meter"]>;

/** The request that a vendor would get. */
export type Payload = Detail["payloads"][number];

/** What the gateway says of itself. */
export interface Status {
  version: string;
  mode: "dev" | "live";
  startedAt: string;
  courierUrl: string;
  needsKey: boolean;
  pasteBlocks: { host: string; docker: string };
  requestCount: number;
  waits: Wait[];
  chaos: Chaos;
  magicNumbers: { number: string; says: string }[];
}

/** A test that waits for a code. */
export interface Wait {
  to: string;
  template?: string | undefined;
  startedAt: string;
  timeoutMs: number;
}

/** The faults that are made on purpose. */
export interface Chaos {
  active: boolean;
  rules: ChaosRule[];
}

/** One fault, and for which messages. */
export interface ChaosRule {
  id?: string | undefined;
  to?: string | undefined;
  probability: number;
  status?: number | undefined;
  delayMs?: number | undefined;
  dropAfterAccept?: boolean | undefined;
  next?: number | undefined;
}

/** What the server writes into the page. */
export interface Facts {
  mode: "dev" | "live";
  courierUrl: string;
  needsKey: boolean;
  pasteBlock: string;
}
