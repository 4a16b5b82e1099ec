/** The text itself, or a copy of its first `maxBytes` bytes that ends at a whole character and does not hold on to the rest. */
export function clip(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return bytes.toString("utf8", 0, end);
}

/** The bytes themselves, or a copy of the first `maxBytes` of them. */
export function clipBytes(bytes: Uint8Array<ArrayBuffer>, maxBytes: number): Uint8Array<ArrayBuffer> {
  // A Buffer's own slice would be a view that holds on to the rest.
  return bytes.length <= maxBytes ? bytes : new Uint8Array(bytes.subarray(0, maxBytes));
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
