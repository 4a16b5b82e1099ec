import { type InboxClient, type InboxEvent, isInboxError } from "../client/client.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import { systemEffects } from "./effects.ts";
import { INBOX_OPTIONS, INBOX_USAGE, withInbox } from "./inbox.ts";
import { messageLine } from "./message-line.ts";

const RETRY_MS = 1_000;
const REMEMBERED = 1_000;

/** `tail`: one line per message from now on, until it is ended; follows a gateway that comes back from where it was. */
export const tail: Command = {
  usage: INBOX_USAGE,
  words: [0, 0],
  options: INBOX_OPTIONS,
  run: (args, terminal) => withInbox(args, terminal, (inbox) => followForEver(inbox, terminal)),
};

async function followForEver(inbox: InboxClient, terminal: Terminal): Promise<number> {
  const { clock } = systemEffects(terminal.environment);
  const signal = terminal.unread ?? new AbortController().signal;
  const print = createPrinter(terminal);
  let lastEventId: string | undefined;
  let saidGone = false;
  while (!signal.aborted) {
    try {
      for await (const event of inbox.events({ lastEventId, signal })) {
        if (saidGone) terminal.err("the inbox is back\n");
        saidGone = false;
        lastEventId = event.id;
        print(event);
      }
    } catch (error) {
      if (signal.aborted) break;
      if (lastEventId === undefined || !isLoss(error)) throw error;
    }
    if (!saidGone) terminal.err("the inbox went away; waiting until it is back\n");
    saidGone = true;
    await clock.sleep(RETRY_MS, signal);
  }
  return EXIT.done;
}

/** A connection that was cut surfaces as undici's own error, one that is refused as the client's. */
function isLoss(error: unknown): boolean {
  return isInboxError(error) ? error.code === "unreachable" : error instanceof TypeError;
}

/** Prints a message when it has ended, and again only when its line has changed. */
function createPrinter({ out }: Terminal): (event: InboxEvent) => void {
  const printed = new Map<string, string>();
  return (event) => {
    if (event.type !== "message" || event.data.outcome === "pending") return;
    const line = messageLine(event.data);
    if (printed.get(event.data.id) === line) return;
    printed.set(event.data.id, line);
    const [oldest] = printed.keys();
    if (printed.size > REMEMBERED && oldest !== undefined) printed.delete(oldest);
    out(line);
  };
}
