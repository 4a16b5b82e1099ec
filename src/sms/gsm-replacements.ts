/** What a phone reads the same way, spelled in the GSM alphabet: quotes, dashes, blanks and marks that nobody sees. */
const REPLACEMENTS: readonly [characters: string, replacement: string][] = [
  ["\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u02bc\u02bb\u00b4`", "'"],
  ["\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'],
  ["\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022", "-"],
  ["\u2026", "..."],
  ["\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "],
  ["\u2028\u2029\u0085", "\n"],
  // Soft hyphen, zero-width marks, marks of direction, byte order mark.
  ["\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff", ""],
];

const BY_CHARACTER = new Map(
  REPLACEMENTS.flatMap(([characters, replacement]) => [...characters].map((character) => [character, replacement])),
);

/** ＡＢＣ１２３ and ﬁ: other shapes of letters that the alphabet has. */
const OTHER_SHAPES = /^[\uff01-\uff5e\ufb00-\ufb06]$/u;

/**
 * The harmless spelling of what a reader takes for one character; undefined where every other spelling changes the word.
 * It may still lie outside the GSM alphabet.
 */
export function harmlessSpelling(grapheme: string): string | undefined {
  const composed = grapheme.normalize("NFC");
  const spelled = [...composed].map(spellOne).join("");
  return spelled === grapheme ? undefined : spelled;
}

function spellOne(character: string): string {
  if (OTHER_SHAPES.test(character)) return character.normalize("NFKC");
  return BY_CHARACTER.get(character) ?? character;
}
