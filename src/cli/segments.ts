import { countSegments, segmentsInWords } from "../sms/segments.ts";
import { type Command, EXIT } from "./command.ts";

/** `segments <text>`: how many SMS a text costs. */
export const segments: Command = {
  usage: "<text>",
  words: [1, 1],
  options: {},
  async run({ positionals: [text = ""] }, { out }) {
    out(`${segmentsInWords(countSegments(text))}\n`);
    return EXIT.done;
  },
};
