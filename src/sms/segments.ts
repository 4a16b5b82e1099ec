import { SegmentedMessage } from "sms-segments-calculator";

/** How a text is cut for the air: what it costs and what a phone can show. */
export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  count: number;
}

/** Counts the segments of a text by the rules of GSM 03.38 and 03.40. */
export function countSegments(text: string): Segments {
  const segmented = new SegmentedMessage(text);
  return { encoding: segmented.encodingName === "GSM-7" ? "GSM-7" : "UCS-2", count: segmented.segmentsCount };
}
