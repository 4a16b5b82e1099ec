import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createMailbox } from "../../src/inbox/mailbox.ts";
import type { OutcomeName } from "../../src/sms/outcome.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { decision, message, rawRequest } from "./events.ts";

const MESSAGES = process.env["INBOX"] === "long" ? 100_000 : 3_000;
const MAX_GROWTH = 50 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is really held, in and outside V8's heap: resident memory would also count garbage. */
async function heldBytes(): Promise<number> {
  // The memory behind an array is given back some time after the array.
  for (let round = 0; round < 3; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test.each<[name: string, outcome: OutcomeName, isSame: boolean]>([
  ["captured messages", "captured", false],
  ["messages that fail and are never asked for again", "failed", false],
  ["requests for one message", "duplicate", true],
])(
  `${MESSAGES} %s, each with 20 kB of text and 200 kB of body, hold less than 50 MB`,
  async (_name, outcome, isSame) => {
    const clock = createVirtualClock();
    const mailbox = createMailbox({ clock });
    const { tell } = mailbox;
    const first = message({ occurredAt: "first" });
    const before = await heldBytes();
    for (let count = 0; count < MESSAGES; count += 1) {
      const fields = isSame ? { occurredAt: "first", text: first.text } : { text: `${count} ${"x".repeat(20_000)}` };
      const sms = count === 0 ? first : message({ ...fields, receivedAt: first.receivedAt + count });
      const name = count === 0 && isSame ? "captured" : outcome;
      const messageId = name === "duplicate" ? first.id : sms.id;
      tell({ type: "received", message: sms, request: rawRequest(`${count} ${"y".repeat(200_000)}`) });
      tell({ type: "decided", message: sms, decision: decision(sms) });
      tell({
        type: "settled",
        tag: "aTag",
        message: sms,
        decision: decision(sms),
        outcome: { name, messageId, attempts: [] },
        durationMs: 1,
      });
      const status = name === "failed" ? 503 : 200;
      tell({ type: "answered", message: sms, answer: { status, headers: {}, body: "" } });
    }
    expect(mailbox.list()).toHaveLength(isSame ? 1 : 500);
    expect((await heldBytes()) - before).toBeLessThan(MAX_GROWTH);
    mailbox.close();
  },
  300_000,
);
