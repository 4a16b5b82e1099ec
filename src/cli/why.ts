import type { RecordView } from "../http/record-view.ts";
import { ADMIN_OPTIONS, ADMIN_USAGE, askAdmin } from "./admin.ts";
import { type Command, EXIT } from "./command.ts";
import { storyOf } from "./story.ts";

/** `why <number>`: what happened to the messages to one number in the last 24 h; exit 1 when there was none. */
export const why: Command = {
  usage: `<number> ${ADMIN_USAGE}`,
  words: [1, 1],
  options: ADMIN_OPTIONS,
  async run(args, terminal) {
    const [to = ""] = args.positionals;
    const path = `/admin/messages?to=${encodeURIComponent(to)}`;
    const answer = await askAdmin<{ messages: RecordView[] }>(args, terminal, { path });
    if (typeof answer === "number") return answer;
    if (answer.messages.length === 0) {
      terminal.err(NOTHING);
      return EXIT.failed;
    }
    // The newest stands last, where the eye is.
    terminal.out(answer.messages.reverse().map(storyOf).join("\n"));
    return EXIT.done;
  },
};

const NOTHING = `no message to this number in the last 24 h: Kratos posted none, or it was refused at the door
  ask Kratos: does its courier list the message, and as what?
  ask the log: "request refused" and "message rejected" say why
`;
