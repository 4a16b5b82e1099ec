import type { InboxClient } from "./client.ts";
import type { Message } from "./inbox-types.ts";
import type { CodeWait } from "./wait-for-code.ts";

/** A phone in a test's hand. */
export interface Phone {
  /** Its number, as `+` and digits. */
  number: string;
  /**
   * The oldest code that came after the phone was taken into the hand and after the code read last; a call during
   * another one waits for its end first.
   */
  code(wait?: Pick<CodeWait, "template" | "timeoutMs" | "signal">): Promise<string>;
  /** The messages it got, newest first. */
  messages(): Promise<Message[]>;
}

/** Takes a phone into the hand: whatever came to this number earlier is none of its codes. */
export async function createPhone(inbox: InboxClient, number: string, signal?: AbortSignal): Promise<Phone> {
  let since = await inbox.cursor();
  let before: Promise<unknown> = Promise.resolve();
  const read: Phone["code"] = async (wait) => {
    const { code, cursor } = await inbox.waitForCode({ signal, ...wait, to: number, since });
    since = cursor;
    return code;
  };
  return {
    number,
    code(wait) {
      const reading = before.then(() => read(wait));
      // Whoever reads next does so whatever this one came to.
      before = reading.catch(() => undefined);
      return reading;
    },
    messages: async () => (await inbox.messages({ q: `to:${number}`, limit: 500 })).messages,
  };
}
