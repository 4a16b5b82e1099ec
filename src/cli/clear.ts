import { type Command, EXIT } from "./command.ts";
import { INBOX_OPTIONS, INBOX_USAGE, withInbox } from "./inbox.ts";

/** `clear [--to <number>]`: deletes what the inbox holds, or what it holds for one number. */
export const clear: Command = {
  usage: `[--to <number>] ${INBOX_USAGE}`,
  words: [0, 0],
  options: { to: { type: "string", says: "Only the messages to this number." }, ...INBOX_OPTIONS },
  run(args, terminal) {
    const { to } = args.values;
    return withInbox(args, terminal, async (inbox) => {
      const deleted = await inbox.clear(to === undefined ? undefined : { to: String(to) });
      terminal.out(`deleted ${deleted} ${deleted === 1 ? "message" : "messages"}\n`);
      return EXIT.done;
    });
  },
};
