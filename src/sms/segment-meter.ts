import { SegmentedMessage } from "sms-segments-calculator";
import { harmlessSpelling } from "./gsm-replacements.ts";
import { MAX_TEXT_LENGTH, type Segments } from "./segments.ts";

/** One character that the GSM alphabet lacks, so that all of the text costs more. */
export interface Cause {
  /** What a reader takes for one character; an emoji may be several code points. */
  character: string;
  /** Such as `U+2019`; several are separated by blanks. */
  codePoint: string;
  /** What to write instead without changing a word; empty when it can simply go. */
  replacement?: string;
}

/** How full the segments of a text are, in septets of GSM-7 or 16-bit units of UCS-2. */
export interface Fill extends Segments {
  units: number;
}

/** What a text costs, why, and what would make it cheaper. */
export interface SegmentMeter extends Fill {
  /** How many more fit before one more segment is needed. */
  unitsLeft: number;
  /** How many fit into each segment of a text of this length. */
  perSegment: number;
  /** Each character once, in the order of the text. */
  causes: Cause[];
  /** The text with every replacement; absent when that would save nothing. */
  replaced?: Fill & { text: string };
}

/** Measures a text as {@link countSegments} counts it: of a longer one than can be sent as much as can. */
export function measureSegments(text: string): SegmentMeter {
  const segmented = segment(text);
  const fill = fillOf(segmented);
  const unitBits = UNIT_BITS[fill.encoding];
  const causes = causesOf(segmented);
  const replaced = text.length <= MAX_TEXT_LENGTH ? replace(segmented, fill, causes) : undefined;
  return {
    ...fill,
    unitsLeft: Math.floor((segmented.segments.at(-1)?.freeSizeInBits() ?? 0) / unitBits),
    perSegment: Math.floor((fill.count > 1 ? SEGMENT_BITS - HEADER_BITS : SEGMENT_BITS) / unitBits),
    causes,
    ...(replaced && { replaced }),
  };
}

const SEGMENT_BITS = 1_120;
/** What tells a phone which part of a longer text this is. */
const HEADER_BITS = 48;
const UNIT_BITS: Record<Segments["encoding"], number> = { "GSM-7": 7, "UCS-2": 16 };

function segment(text: string): SegmentedMessage {
  return new SegmentedMessage(text.slice(0, MAX_TEXT_LENGTH));
}

function fillOf({ encodingName, segmentsCount, encodedChars }: SegmentedMessage): Fill {
  return {
    encoding: encodingName,
    count: segmentsCount,
    units: encodedChars.reduce((units, { codeUnits }) => units + codeUnits.length, 0),
  };
}

function causesOf({ encodedChars }: SegmentedMessage): Cause[] {
  const characters = new Set(encodedChars.filter(({ isGSM7 }) => !isGSM7).map(({ raw }) => raw));
  return [...characters].map((character) => {
    const replacement = replacementOf(character);
    return { character, codePoint: codePoints(character), ...(replacement !== undefined && { replacement }) };
  });
}

function replacementOf(character: string): string | undefined {
  const spelling = harmlessSpelling(character);
  return spelling !== undefined && segment(spelling).encodingName === "GSM-7" ? spelling : undefined;
}

function codePoints(character: string): string {
  const hex = (point: string) => (point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return [...character].map((point) => `U+${hex(point)}`).join(" ");
}

/** Saves something when it needs fewer segments, or makes the cheaper alphabet enough. */
function replace({ encodedChars }: SegmentedMessage, before: Fill, causes: Cause[]): SegmentMeter["replaced"] {
  const replacements = new Map(causes.map(({ character, replacement }) => [character, replacement]));
  const text = encodedChars.map(({ raw }) => replacements.get(raw) ?? raw).join("");
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const after = fillOf(segment(text));
  const saves = after.count < before.count || (after.count === before.count && after.encoding !== before.encoding);
  return saves ? { text, ...after } : undefined;
}
