import { countSegments } from "../sms/segments.ts";
import { type Command, EXIT } from "./command.ts";

/** `segments <text>`: how many SMS a text costs. */
export const segments: Command = {
  usage: "<text>",
  words: [1, 1],
  options: {},
  async run({ positionals: [text = ""] }, { out }) {
    const { count, encoding } = countSegments(text);
    out(`${count} ${count === 1 ? "segment" : "segments"}, ${encoding}\n`);
    return EXIT.done;
  },
};
