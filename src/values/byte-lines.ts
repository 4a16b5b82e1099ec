/**
 * Texts in UTF-8, one behind the other. What waits or is kept for long is better off so: a text that was just put together is a
 * hundred pieces, and the collector would move them all.
 */
export interface ByteLines {
  bytes: Buffer;
  /** Of the bytes, as many as are written. */
  length: number;
  count: number;
}

const FIRST_BYTES = 65_536;
/** More room than this is not kept for the next lines. */
const MAX_SPARE_BYTES = 262_144;
/** Of a UTF-16 unit in UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** Room for some hundred lines; it grows when it must. */
export function noLines(): ByteLines {
  return { bytes: Buffer.allocUnsafe(FIRST_BYTES), length: 0, count: 0 };
}

/** Puts one more text at the end. */
export function appendLine(lines: ByteLines, line: string): void {
  const mayTake = lines.length + line.length * MAX_BYTES_PER_UNIT;
  if (mayTake > lines.bytes.length) lines.bytes = Buffer.concat([lines.bytes], 2 * mayTake);
  lines.length += lines.bytes.write(line, lines.length);
  lines.count += 1;
}

/** What is written, in the same bytes. */
export function writtenBytes({ bytes, length }: ByteLines): Buffer {
  return bytes.subarray(0, length);
}

/** The same lines in no more bytes than they need, of their own. */
export function trimmed(lines: ByteLines): ByteLines {
  return { ...lines, bytes: Buffer.from(writtenBytes(lines)) };
}

/** Lets go of all lines, and of their room where it is very much. */
export function emptied(lines: ByteLines): ByteLines {
  return lines.bytes.length > MAX_SPARE_BYTES ? noLines() : Object.assign(lines, { length: 0, count: 0 });
}
