import type { z } from "@hono/zod-openapi";
import type { messageDetailSchema, messageListSchema, messageSchema } from "../api-schemas.ts";

/** A message as lists and events tell it. A gateway that is older than this page leaves the further fields out. */
export type Message = Omit<z.infer<typeof messageSchema>, keyof MessageExtras> & MessageExtras;

/** A message with everything known of it. */
export type Detail = Omit<z.infer<typeof messageDetailSchema>, keyof MessageExtras | keyof DetailExtras> &
  MessageExtras &
  DetailExtras;

/** A request that never became a message. */
export type Refusal = z.infer<typeof messageListSchema>["refusals"][number];

/** One candidate of the chain: asked, or skipped. */
export type Attempt = z.infer<typeof messageDetailSchema>["attempts"][number];

interface MessageExtras {
  superseded?: boolean | undefined;
  requestCount?: number | undefined;
  attempt?: { number: number; of: number; state: "retrying" | "done" | "abandoned" } | undefined;
  simulated?: string | undefined;
}

interface DetailExtras {
  repeats?: { receivedAt: string; id: string }[] | undefined;
  requests?: ReceivedRequest[] | undefined;
  limits?: LimitState[] | undefined;
  cost?: { amount: number; currency: string } | undefined;
  request?: RawRequest | undefined;
  meter?: Meter | undefined;
  autofill?: { line?: string | undefined; findings: Finding[] } | undefined;
  payloads?: Payload[] | undefined;
}

/** One POST of a message. */
export interface ReceivedRequest {
  id: string;
  receivedAt: string;
  outcome: string;
  status?: number | undefined;
  reason?: string | undefined;
  durationMs?: number | undefined;
}

/** How full one window is. */
export interface LimitState {
  dimension: string;
  perMs: number;
  max: number;
  used: number;
  enforced: boolean;
}

/** What came over the wire, and what was answered. */
export interface RawRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  bytes?: number | undefined;
  remoteAddress?: string | undefined;
  answer?: { status: number; headers: Record<string, string>; body: string } | undefined;
}

/** What the text costs in segments, and why. */
export interface Meter {
  encoding: string;
  count: number;
  units: number;
  unitsLeft: number;
  perSegment: number;
  causes: { character: string; codePoint: string; replacement?: string | undefined }[];
  replaced?: { text: string; encoding: string; count: number; units: number } | undefined;
}

/** One remark on the autofill line. */
export interface Finding {
  level: "ok" | "advice" | "error";
  says: string;
  fix?: string | undefined;
}

/** The request that a vendor would get. */
export interface Payload {
  provider: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

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
