const AREA_CODES = [
  201, 202, 206, 212, 213, 214, 215, 216, 281, 301, 303, 305, 310, 312, 314, 321, 323, 334, 401, 402, 404, 405, 407,
  410, 412, 414, 415, 419, 425, 440, 469, 480, 501, 502, 503, 504, 505, 508, 510, 512, 513, 515, 520, 602, 617, 702,
  713, 718,
];

/** A number that is valid and belongs to nobody: 555-0100 to 555-0199 are kept for fiction in each area code. */
export function freshNumber(random: () => number): string {
  const areaCode = AREA_CODES[Math.floor(random() * AREA_CODES.length)];
  return `+1${areaCode}55501${String(Math.floor(random() * 100)).padStart(2, "0")}`;
}
