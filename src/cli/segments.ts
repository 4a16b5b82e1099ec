import { measureSegments, type SegmentMeter } from "../sms/segment-meter.ts";
import { MAX_TEXT_LENGTH, segmentsInWords } from "../sms/segments.ts";
import { type Command, EXIT } from "./command.ts";

/** `segments <text>`: how many SMS a text costs, and why. */
export const segments: Command = {
  usage: "<text>",
  words: [1, 1],
  options: {},
  async run({ positionals: [text = ""] }, { out }) {
    out(`${lines(text, measureSegments(text)).join("\n")}\n`);
    return EXIT.done;
  },
};

function lines(text: string, meter: SegmentMeter): string[] {
  const { units, unitsLeft, perSegment, causes, replaced } = meter;
  return [
    segmentsInWords(meter),
    `units: ${units} used, ${unitsLeft} left, ${perSegment} per segment`,
    ...(text.length > MAX_TEXT_LENGTH
      ? [`only the first ${MAX_TEXT_LENGTH} characters are counted: no vendor takes more`]
      : []),
    ...causes.map(describeCause),
    ...(replaced ? [`with the replacements: ${segmentsInWords(replaced)}, units: ${replaced.units}`] : []),
  ];
}

function describeCause({ character, codePoint, replacement }: SegmentMeter["causes"][number]): string {
  const shown = /^[\p{Z}\p{C}]+$/u.test(character) ? codePoint : `${character} ${codePoint}`;
  const advice = replacement === undefined ? "" : `; ${ADVICE[replacement] ?? `write ${replacement}`}`;
  return `not in GSM-7: ${shown}${advice}`;
}

const ADVICE: Record<string, string> = { "": "leave it out", " ": "write a blank", "\n": "write a line break" };
