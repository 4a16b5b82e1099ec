import { SegmentedMessage } from "sms-segments-calculator";

/** How a text is cut for the air: what it costs and what a phone can show. */
export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  count: number;
}

/** Segments for people. */
export function segmentsInWords({ count, encoding }: Segments): string {
  return `${count} ${count === 1 ? "segment" : "segments"} ${encoding}`;
}

/** No vendor takes a longer text. */
export const MAX_TEXT_LENGTH = 1_600;

/**
 * Counts the segments of a text by the rules of GSM 03.38 and 03.40; of a longer text than can be sent, those of as much
 * as can, since the time that counting takes grows with the square of the length.
 */
export function countSegments(text: string): Segments {
  const segmented = new SegmentedMessage(text.slice(0, MAX_TEXT_LENGTH));
  return { encoding: segmented.encodingName === "GSM-7" ? "GSM-7" : "UCS-2", count: segmented.segmentsCount };
}
