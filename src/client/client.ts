import { createCaller, readJson } from "./call.ts";
import { type EventsOptions, followEvents } from "./events.ts";
import type { Code, InboxEvent, MessageDetail, MessageList } from "./inbox-types.ts";
import { type CodeWait, waitForCode } from "./wait-for-code.ts";

/** Where the inbox is and how to get in. */
export interface InboxClientOptions {
  /** The inbox's own URL, `http://127.0.0.1:8026` unless told. */
  url?: string | undefined;
  /** `INBOX_TOKEN` of an inbox that asks for one. */
  token?: string | undefined;
}

/** Which messages a list has. */
export interface MessageQuery {
  /** As typed into the page's search box: `to:0143 is:rejected`. */
  q?: string;
  /** 50 unless told, 500 at most. */
  limit?: number;
  /** A list's cursor, or a message's id: what came before it. */
  before?: string;
}

/** The dev inbox, as a test uses it; every failed call throws an `InboxError`. */
export interface InboxClient {
  /** The present: take it before the action that sends a code, and pass it as `since` afterwards. */
  cursor(): Promise<string>;
  /** The code, waiting for it when it is not there yet; throws an `InboxError` of code `timeout` when none comes. */
  waitForCode(wait: CodeWait): Promise<Code>;
  /** The newest code for a number, if there is one. */
  latestCode(to: string): Promise<Code | undefined>;
  /** The messages, newest first. */
  messages(query?: MessageQuery): Promise<MessageList>;
  /** One message with everything known of it. */
  message(id: string): Promise<MessageDetail | undefined>;
  /** Deletes the messages to a number, or all of them; answers with how many. */
  clear(which?: { to: string }): Promise<number>;
  /** What happens from now on, or after `lastEventId`, on one connection, until the inbox ends it. */
  events(options?: EventsOptions): AsyncGenerator<InboxEvent, void>;
}

/** A client for the inbox of a gateway in dev mode; nothing is called yet. */
export function createInboxClient({ url = INBOX_URL, token }: InboxClientOptions = {}): InboxClient {
  const call = createCaller({ url, token });
  return {
    async cursor() {
      return (await readJson<{ cursor: string }>(await call({ path: "/api/cursor" }))).cursor;
    },
    waitForCode: (wait) => waitForCode(call, wait),
    async latestCode(to) {
      const answer = await call({ path: "/api/codes/latest", query: { to }, expects: [404] });
      return answer.ok ? readJson<Code>(answer) : undefined;
    },
    async messages({ q, limit, before } = {}) {
      const query = { q, before, limit: limit?.toString() };
      return readJson<MessageList>(await call({ path: "/api/messages", query }));
    },
    async message(id) {
      const answer = await call({ path: `/api/messages/${encodeURIComponent(id)}`, expects: [404] });
      return answer.ok ? readJson<MessageDetail>(answer) : undefined;
    },
    async clear(which) {
      // A number that turned out undefined must not delete everything: the inbox refuses an empty one.
      const query = which ? { to: which.to ?? "" } : {};
      const answer = await call({ method: "DELETE", path: "/api/messages", query });
      return (await readJson<{ deleted: number }>(answer)).deleted;
    },
    events: (options) => followEvents(call, options),
  };
}

const INBOX_URL = "http://127.0.0.1:8026";

// What else a program that imports `kratos-sms-gateway/client` needs.
export { type InboxError, isInboxError } from "./inbox-error.ts";
export type { Attempt, Code, InboxEvent, Message, MessageDetail, MessageList, Refusal } from "./inbox-types.ts";
export { createPhone, type Phone } from "./phone.ts";
export { createPhoneNumbers } from "./phone-numbers.ts";
export type { CodeWait } from "./wait-for-code.ts";
