import { parseDuration } from "../values/duration.ts";
import { type Command, EXIT } from "./command.ts";
import { INBOX_OPTIONS, INBOX_USAGE, withInbox } from "./inbox.ts";

/** `wait --to <number>`: the code alone on stdout, so that `code=$(… wait …)` works; exit 3 when none comes in time. */
export const wait: Command = {
  usage: `--to <number> [--timeout <seconds>] [--since <cursor>] [--template <type>] [--consume] ${INBOX_USAGE}`,
  words: [0, 0],
  options: {
    to: { type: "string", says: "Whose code." },
    timeout: { type: "string", says: "Seconds to wait, or 500ms, 2m; 10 when left out." },
    since: { type: "string", says: "A cursor taken before: only codes after it count; 0 takes any." },
    template: { type: "string", says: "Only codes of this message, by Kratos' name for it." },
    consume: { type: "boolean", says: "Hands this code to nobody else." },
    ...INBOX_OPTIONS,
  },
  async run(args, terminal) {
    const { to, timeout, since, template, consume } = args.values as WaitFlags;
    const timeoutMs = readTimeout(timeout ?? "10");
    if (to === undefined || timeoutMs === undefined) {
      terminal.err(
        to === undefined ? "whose code? name it with --to\n" : "--timeout takes seconds (10) or 500ms, 2m\n",
      );
      return EXIT.usage;
    }
    return withInbox(args, terminal, async (inbox) => {
      const { code } = await inbox.waitForCode({ to, since, template, timeoutMs, consume });
      terminal.out(`${code}\n`);
      return EXIT.done;
    });
  },
};

interface WaitFlags {
  to?: string;
  timeout?: string;
  since?: string;
  template?: string;
  consume?: boolean;
}

function readTimeout(text: string): number | undefined {
  return /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) * 1_000 : parseDuration(text);
}
