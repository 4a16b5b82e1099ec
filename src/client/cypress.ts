import { createInboxClient, type InboxClientOptions } from "./client.ts";
import { createPhone, type Phone } from "./phone.ts";
import { createPhoneNumbers } from "./phone-numbers.ts";

/** Which code `cy.smsCode` awaits. */
export interface SmsCodeOptions {
  /** Only codes of this kind of message, such as `login_code_valid`. */
  template?: string;
  /** How long to wait, 10 seconds unless told. */
  timeoutMs?: number;
}

/** What runs in Node, where the inbox lets a test in; an alias, since Cypress takes no interface here. */
export type InboxTasks = {
  "sms:phone": (number: string | null) => Promise<string>;
  "sms:code": (wait: { to: string } & SmsCodeOptions) => Promise<string>;
};

/** For `setupNodeEvents`: `on("task", inboxTasks())`. */
export function inboxTasks(options: InboxClientOptions = {}): InboxTasks {
  const inbox = createInboxClient(options);
  const draw = createPhoneNumbers();
  const phones = new Map<string, Phone>();
  return {
    async "sms:phone"(wanted) {
      const number = wanted ?? draw();
      phones.set(number, await createPhone(inbox, number));
      return number;
    },
    async "sms:code"({ to, ...wait }) {
      const phone = phones.get(to);
      if (!phone) throw new Error("call cy.smsPhone() before the action that sends the code: it hands out the number");
      return phone.code(wait);
    },
  };
}

/** For the support file: adds `cy.smsPhone` and `cy.smsCode`; pass `Cypress` and `cy`. */
export function addInboxCommands(cypress: CypressCommands, cy: CypressChain): void {
  cypress.Commands.add("smsPhone", (number?: string) => cy.task("sms:phone", number ?? null, { log: false }));
  cypress.Commands.add("smsCode", (to: string, options: SmsCodeOptions = {}) => {
    const timeout = (options.timeoutMs ?? CODE_TIMEOUT_MS) + GRACE_MS;
    return cy.task("sms:code", { to, ...options }, { log: false, timeout });
  });
}

const CODE_TIMEOUT_MS = 10_000;
const GRACE_MS = 10_000;

/** What is used of Cypress' global `Cypress`. */
interface CypressCommands {
  // biome-ignore lint/suspicious/noExplicitAny: the user's Cypress has the exact types.
  Commands: { add(name: any, command: (...args: any[]) => any): void };
}

/** What is used of Cypress' global `cy`. */
interface CypressChain {
  task(name: string, argument: unknown, options: { log: boolean; timeout?: number }): unknown;
}

declare global {
  namespace Cypress {
    // biome-ignore lint/suspicious/noExplicitAny: all declarations of this interface must have the same parameters.
    interface Chainable<Subject = any> {
      /** Takes a phone into the hand, with a number of its own unless told; yields the number. */
      smsPhone(number?: string): Chainable<string>;
      /** The oldest code that came to it since then and since the code read last. */
      smsCode(number: string, options?: SmsCodeOptions): Chainable<string>;
    }
  }
}
