import type { Segments } from "./segments.ts";

/** What one provider account would do with a message: the sender it would use, or why it cannot. */
export type Plan = { sender: string } | { incapable: string };

/** An amount of money. */
export interface Money {
  amount: number;
  currency: string;
}

/** One place of the chosen chain with its plan. */
export interface Candidate {
  provider: string;
  plan: Plan;
  /** Of how many numbers it is the first at a place that it shares, from 0 to 1. */
  share?: number | undefined;
  /** What the message would cost there, by the prices of the configuration; absent without any, and where no inbox shows it. */
  cost?: Money | undefined;
}

/** Whether and how a message would go out; made without any effect. */
export interface Decision {
  /** Why the destination is refused; absent when it is allowed. */
  refusedBecause?: string | undefined;
  /** The first route that matches; absent when none does or the destination is refused. */
  route?: string | undefined;
  /** The routes before it, and why each does not match. */
  passedOver: { route: string; because: string }[];
  /** The chain of that route, in order. */
  candidates: Candidate[];
  /** The text as it would be sent. */
  text: string;
  segments: Segments;
}
