/** A stretch of text as it is, or one character that nobody would see or that would turn its neighbours around. */
export type TextPart = { text: string } | { badge: string; name: string };

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
  const [badge, name] = NAMES[hex] ?? [`U+${hex}`, `character U+${hex}`];
  return { badge, name };
}

const NAMES: Record<string, [badge: string, name: string]> = {
  "000D": ["CR", "carriage return"],
  "00A0": ["NBSP", "no-break space"],
  "00AD": ["SHY", "soft hyphen"],
  "061C": ["ALM", "Arabic letter mark"],
  "200B": ["ZWSP", "zero width space"],
  "200C": ["ZWNJ", "zero width non-joiner"],
  "200D": ["ZWJ", "zero width joiner"],
  "200E": ["LRM", "left-to-right mark"],
  "200F": ["RLM", "right-to-left mark"],
  "2028": ["LS", "line separator"],
  "2029": ["PS", "paragraph separator"],
  "202A": ["LRE", "left-to-right embedding"],
  "202B": ["RLE", "right-to-left embedding"],
  "202C": ["PDF", "pop directional formatting"],
  "202D": ["LRO", "left-to-right override"],
  "202E": ["RLO", "right-to-left override"],
  "202F": ["NNBSP", "narrow no-break space"],
  "2060": ["WJ", "word joiner"],
  "2066": ["LRI", "left-to-right isolate"],
  "2067": ["RLI", "right-to-left isolate"],
  "2068": ["FSI", "first strong isolate"],
  "2069": ["PDI", "pop directional isolate"],
  FEFF: ["BOM", "zero width no-break space"],
  FFFD: ["?", "a byte that is no UTF-8"],
};

/** The joiner of a family or a flag is part of the picture. */
function joinsEmoji(text: string, index: number): boolean {
  return (
    /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*$/u.test(text.slice(0, index)) &&
    /^\u200d\p{Extended_Pictographic}/u.test(text.slice(index))
  );
}
