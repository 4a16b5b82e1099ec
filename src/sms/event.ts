import type { Attempt } from "./attempt.ts";
import type { Decision } from "./decision.ts";
import type { Message, MessageId } from "./message.ts";
import type { Outcome, RefusalName } from "./outcome.ts";
import type { PumpingAlarm } from "./pumping-alarm.ts";

/** The caller's HTTP request as it came, credentials masked. */
export interface RawRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Empty when it was refused unread. */
  body: Uint8Array<ArrayBuffer>;
  /** Absent when it did not come over the network. */
  remoteAddress?: string | undefined;
}

/** What the caller was answered. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Whether a provider is asked: closed, always; open, not; half-open, by one message at a time. */
export type BreakerState = "closed" | "open" | "half-open";

/** How full one window is after a message; 1 for full, more when nothing is enforced. */
export interface Count {
  /** Such as `number`, `country` or `spend`. */
  dimension: string;
  perMs: number;
  fill: number;
  /** How many messages, or how much money in the currency of the prices. */
  max: number;
  used: number;
}

/** Why a request got no further than the door; with id and template when it was a message to no valid number. */
export interface Refusal {
  outcome: RefusalName;
  status: number;
  reason: string;
  id?: MessageId;
  template?: string;
}

/** What made the gateway read its configuration anew. */
export type ReloadTrigger = "signal" | "file" | "call";

/** Everything that is worth telling; each listener picks the fields it may show by name. */
export type GatewayEvent =
  | { type: "received"; message: Message; request: RawRequest }
  /** A request to send presented this key. */
  | { type: "authenticated"; key: string }
  | ({ type: "refused"; request: RawRequest } & Refusal)
  | { type: "decided"; message: Message; decision: Decision }
  | { type: "counted"; message: Message; counts: Count[]; enforced: boolean }
  | { type: "limited"; message: Message; dimension: string; enforced: boolean }
  | { type: "pumping"; state: "started" | "ended"; alarm: PumpingAlarm }
  | { type: "simulated"; message: Message; says: string }
  | { type: "attempted"; message: Message; attempt: Attempt }
  /** The tag stands for the number where the number must not be. */
  | { type: "settled"; message: Message; tag: string; decision: Decision; outcome: Outcome; durationMs: number }
  /** Without an answer: the caller had gone before it. */
  | { type: "answered"; message: Message; answer?: Answer | undefined }
  | { type: "breaker"; provider: string; state: BreakerState }
  | { type: "stored"; operation: string; durationMs: number }
  | { type: "store"; degraded: boolean; reason?: string }
  | { type: "advice"; text: string }
  | { type: "listening"; source: string; mode: string; providers: string[]; urls: Record<string, string> }
  | { type: "reloaded"; result: "applied" | "refused"; by: ReloadTrigger; problems: string[]; warnings: string[] }
  | { type: "draining" }
  | { type: "stopped" }
  | { type: "broken"; error: Error };

/** Tells one event; synchronous, cannot fail. */
export type Tell = (event: GatewayEvent) => void;
