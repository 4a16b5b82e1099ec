/** A code that a phone has. */
export interface Code {
  code: string;
  to: string;
  template: string;
  messageId: string;
  /** As `since`: whatever came after this code. */
  cursor: string;
}

/** One message as lists and events show it; an absent field is not known. */
export interface Message {
  id: string;
  receivedAt: string;
  to: string;
  country: string;
  numberType?: string;
  template: string;
  text: string;
  code?: string;
  codeSource?: "template-data" | "autofill-line" | "text";
  expiresAt?: string;
  outcome: "pending" | "captured" | "sent" | "duplicate" | "suppressed" | "rejected" | "ambiguous" | "failed" | "shed";
  reason?: string;
  route?: string;
  provider?: string;
  sender?: string;
  segments?: Segments;
  durationMs?: number;
  repeatCount: number;
  /** How many requests it took in all: the first, retries after an error, repetitions. */
  requestCount: number;
  /** Only of a message that was answered with an error at least once. */
  attempt?: { number: number; of: number; state: "retrying" | "done" | "abandoned" };
  /** A newer code of this kind went to the number: a hint. */
  superseded: boolean;
  /** What a magic number or a chaos rule forced. */
  simulated?: string;
  /** The code was handed to a wait that consumes. */
  consumed: boolean;
  truncated: boolean;
}

/** How many SMS a text takes. */
export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  count: number;
}

/** A request as it came, its credentials masked. */
export interface RawRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** How long the body was when it came. */
  bytes: number;
  remoteAddress?: string;
  answer?: { status: number; headers: Record<string, string>; body: string };
}

/** One request for a message. */
export interface ReceivedRequest {
  id: string;
  receivedAt: string;
  outcome: Message["outcome"];
  status?: number;
  reason?: string;
  durationMs?: number;
}

/** How full one window is with a message; of the spend dimensions in the currency of the prices. */
export interface LimitState {
  dimension: string;
  perMs: number;
  max: number;
  used: number;
  enforced: boolean;
}

/** What a text costs in segments, and why. */
export interface Meter extends Segments {
  units: number;
  unitsLeft: number;
  perSegment: number;
  causes: { character: string; codePoint: string; replacement?: string }[];
  replaced?: Segments & { text: string; units: number };
}

/** The request that a vendor would get, secrets masked. */
export interface Payload {
  provider: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** One provider's turn: skipped, or asked. */
export interface Attempt {
  provider: string;
  skipped?: string;
  attemptId?: string;
  outcome?: "sent" | "captured" | "not-sent" | "unknown";
  kind?: string;
  detail?: string;
  vendorCode?: string;
  providerMessageId?: string;
  durationMs?: number;
}

/** One message with everything known of it. */
export interface MessageDetail extends Message {
  locales: string[];
  domain?: string;
  decision?: {
    refusedBecause?: string;
    route?: string;
    passedOver: { route: string; because: string }[];
    candidates: { provider: string; share?: number; sender?: string; incapable?: string }[];
    text: string;
    segments: Segments;
  };
  attempts: Attempt[];
  limits: LimitState[];
  cost?: { amount: number; currency: string };
  /** The newest 20, oldest first. */
  requests: ReceivedRequest[];
  /** The newest of them. */
  request?: RawRequest;
  meter?: Meter;
  autofill?: { line?: string; findings: { level: "ok" | "advice" | "error"; says: string; fix?: string }[] };
  payloads: Payload[];
}

/** A request that never became a message. */
export interface Refusal {
  at: string;
  outcome: string;
  status: number;
  reason: string;
  request: RawRequest;
}

/** Messages, newest first, and the last requests that never became one. */
export interface MessageList {
  messages: Message[];
  /** As `before`: the next older page. */
  cursor: string;
  refusals: Refusal[];
}

/** One thing that happened; `opened` begins the stream, `cleared` without ids means: look at the list again. */
export type InboxEvent =
  | { type: "opened"; id: string }
  | { type: "message"; id: string; data: Message }
  | { type: "attempt"; id: string; data: Attempt & { messageId: string } }
  | { type: "cleared"; id: string; data: { messageIds?: string[] } }
  | { type: "refused"; id: string; data: Refusal }
  | {
      type: "waits";
      id: string;
      data: { waits: { to: string; template?: string; startedAt: string; timeoutMs: number }[] };
    }
  | { type: "chaos"; id: string; data: { active: boolean; rules: { id: string; to?: string; probability: number }[] } };
