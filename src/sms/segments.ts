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
  const sent = text.slice(0, MAX_TEXT_LENGTH);
  return countPlain(sent) ?? countGraphemes(sent);
}

/** The basic character set without CR, which may be one grapheme with what follows. @see 3GPP TS 23.038, 6.2.1 */
const ASCII = "\\n -Z_a-z";
const BEYOND = "¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ";
/** Apart, since an engine compares with a few ranges at once, and looks many up by a call for each character. */
const IS_BASIC = new RegExp(`^[${ASCII}]*(?:[${BEYOND}][${ASCII}]*)*$`);
/** What neither the basic set nor its extension has. */
const IS_OUTSIDE = new RegExp(`[^${ASCII}${BEYOND}\\r\\f^{}\\\\[~\\]|€]`);

/** Most texts by far, at a hundredth of the cost: whatever needs no look at where one grapheme ends. */
function countPlain(text: string): Segments | undefined {
  const { length } = text;
  if (IS_BASIC.test(text)) return { encoding: "GSM-7", count: length <= 160 ? 1 : Math.ceil(length / 153) };
  return length <= 70 && IS_OUTSIDE.test(text) ? { encoding: "UCS-2", count: 1 } : undefined;
}

function countGraphemes(text: string): Segments {
  const segmented = new SegmentedMessage(text);
  return { encoding: segmented.encodingName === "GSM-7" ? "GSM-7" : "UCS-2", count: segmented.segmentsCount };
}
