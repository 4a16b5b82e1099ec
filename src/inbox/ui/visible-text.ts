/** A stretch of text as it is, or one character that nobody would see or that would turn its neighbours around. */
export type TextPart = { text: string } | { badge: string; codePoint: string };

/** Cuts a text so that every invisible or direction-changing character can be drawn as a badge. */
export function visibleParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    const [character] = match;
    if (character === "\u200d" && joinsEmoji(text, match.index)) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push(badgeOf(character));
    from = match.index + character.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** Controls but tab and line feed, formats but tags of flags, odd blanks, lone surrogates. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex lint/suspicious/noMisleadingCharacterClass: they are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufeff\uffa0\ufff9-\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function badgeOf(character: string): TextPart {
  const hex = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return { badge: NAMES[hex] ?? `U+${hex}`, codePoint: `U+${hex}` };
}

/** What Unicode calls them in short. */
const NAMES: Record<string, string> = {
  "000D": "CR",
  "00A0": "NBSP",
  "00AD": "SHY",
  "061C": "ALM",
  "200B": "ZWSP",
  "200C": "ZWNJ",
  "200D": "ZWJ",
  "200E": "LRM",
  "200F": "RLM",
  "2028": "LS",
  "2029": "PS",
  "202A": "LRE",
  "202B": "RLE",
  "202C": "PDF",
  "202D": "LRO",
  "202E": "RLO",
  "202F": "NNBSP",
  "2060": "WJ",
  "2066": "LRI",
  "2067": "RLI",
  "2068": "FSI",
  "2069": "PDI",
  FEFF: "BOM",
  FFFD: "?",
};

/** The joiner of a family or a flag is part of the picture. */
function joinsEmoji(text: string, index: number): boolean {
  return (
    /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*$/u.test(text.slice(0, index)) &&
    /^\u200d\p{Extended_Pictographic}/u.test(text.slice(index))
  );
}
