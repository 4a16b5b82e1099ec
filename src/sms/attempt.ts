import type { SendResult } from "./send-result.ts";

/** Why a candidate got no request. */
export type SkipReason = "incapable" | "disabled" | "circuit-open" | "cooling-down" | "busy" | "out-of-time";

/** A candidate that got one request. */
export interface TriedAttempt {
  provider: string;
  attemptId: string;
  /** Wall milliseconds when it began. */
  startedAt: number;
  result: SendResult;
  durationMs: number;
}

/** A candidate that got none, and why. */
export interface SkippedAttempt {
  provider: string;
  skipped: SkipReason;
  detail: string;
}

/** What became of one candidate of the chain. */
export type Attempt = TriedAttempt | SkippedAttempt;
