import { type Command, EXIT } from "./command.ts";
import { INBOX_OPTIONS, INBOX_USAGE, withInbox } from "./inbox.ts";
import { messageLine } from "./message-line.ts";

/** `last [--to <number>]`: the newest message as `tail` would have shown it; exit 1 when there is none. */
export const last: Command = {
  usage: `[--to <number>] ${INBOX_USAGE}`,
  words: [0, 0],
  options: { to: { type: "string", says: "Only messages to this number." }, ...INBOX_OPTIONS },
  run(args, terminal) {
    const { to } = args.values;
    return withInbox(args, terminal, async (inbox) => {
      const search = to === undefined ? {} : { q: `to:"${String(to).replaceAll('"', "")}"` };
      const [newest] = (await inbox.messages({ ...search, limit: 1 })).messages;
      if (newest) terminal.out(messageLine(newest));
      else
        terminal.err(to === undefined ? "the inbox holds no message\n" : "the inbox holds no message to this number\n");
      return newest ? EXIT.done : EXIT.failed;
    });
  },
};
