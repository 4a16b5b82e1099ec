import type { Message } from "./wire.ts";

/** One phone and how many messages it got. */
export interface Thread {
  to: string;
  count: number;
}

/** The numbers, the one with the newest message first; takes messages newest first. */
export function threadsOf(messages: Message[]): Thread[] {
  const counts = new Map<string, number>();
  for (const { to } of messages) counts.set(to, (counts.get(to) ?? 0) + 1);
  return [...counts].map(([to, count]) => ({ to, count }));
}

/** The messages whose code a newer one of its kind for the same number has made useless; takes messages newest first. */
export function supersededIds(messages: Message[]): Set<string> {
  const superseded = new Set<string>();
  const seen = new Set<string>();
  for (const { id, to, template, code, superseded: told } of messages) {
    if (code === undefined) continue;
    const kind = `${to} ${template}`;
    if (told || seen.has(kind)) superseded.add(id);
    seen.add(kind);
  }
  return superseded;
}

/** Puts a message that came or changed into its place, newest first. */
export function upsert(messages: Message[], message: Message): Message[] {
  const known = messages.findIndex(({ id }) => id === message.id);
  return known < 0 ? [message, ...messages].slice(0, KEPT) : messages.with(known, message);
}

/** As many as the gateway itself keeps. */
const KEPT = 500;
