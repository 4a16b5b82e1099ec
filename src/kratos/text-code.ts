import { asciiDigits } from "../values/ascii-digits.ts";
import {
  ASKED_TO_TYPE,
  CODE_WORD,
  LINK,
  OTHER_CODE_BEFORE,
  OTHER_CODE_BEHIND,
  OWN_LINK,
  UNSPACED_LINK,
} from "./code-words.ts";
import { takeOutOtherNumbers } from "./other-numbers.ts";

/** Longer than any SMS; what is longer is not searched. */
const MAX_LENGTH = 1_600;
/** How far the word and the code may be apart. */
const REACH = 90;

/**
 * Finds the code that the words of a text present as one: `Your login code is: 482913`, `482913 ist Ihr Anmeldecode`,
 * `验证码：482913`; also `482 913`, `482-913` and `G-482913`. Two different ones are none.
 */
export function findCodeInText(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const plain = takeOutOtherNumbers(asciiDigits(text));
  const candidates = [...plain.matchAll(CANDIDATE)].map(readCandidate).filter(({ value }) => !DATE.test(value));
  const presented = new Set(candidates.filter((candidate) => isPresented(plain, candidate)).map(({ value }) => value));
  if (presented.size > 0) return presented.size === 1 ? [...presented][0] : undefined;
  return BARE.test(plain) ? candidates[0]?.value : undefined;
}

interface Candidate {
  value: string;
  start: number;
  end: number;
}

/** Letters of scripts without blanks may touch a code: 验证码482913请勿泄露. */
const UNSPACED = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}ー";
const LETTER = `(?![${UNSPACED}])[\\p{L}\\p{M}]`;
const GROUPS = "\\d{3}[ \\u00a0-]\\d{3}|\\d{4}[ \\u00a0-]\\d{4}|\\d(?: \\d){3,7}|\\d{4,8}";
/** What a code does not touch: letters, further digits, and what addresses and part numbers are made of. */
const FREE_BEFORE = `(?<!${LETTER}|[\\p{N}_/\\\\@&+%.,-]|\\d[ \\u00a0])`;
const FREE_BEHIND = `(?!${LETTER}|[\\p{N}_/\\\\@&+%]|[ \\u00a0.,:-]\\p{N}|-\\p{L})`;
const CANDIDATE = new RegExp(`${FREE_BEFORE}(?:[A-Z]-|#)?(${GROUPS})${FREE_BEHIND}`, "gu");

const PUNCTUATION = "[\\s\"'“”„«»‘’*_()\\[\\]{}<>【】「」『』〔〕（）:：=—–-]";
const WORD = new RegExp(CODE_WORD, "giu");
const OWN_LINK_AT_END = new RegExp(`(?:${OWN_LINK})${PUNCTUATION}*$`, "iu");
const BETWEEN_WORD_AND_CODE = new RegExp(
  `^(?:[^.!?。！？\\n]{0,60}(?:[:：=]|(?<!\\p{L})(?:${LINK})|${UNSPACED_LINK}))?${PUNCTUATION}*$`,
  "iu",
);
const BETWEEN_CODE_AND_WORD = new RegExp(
  `^${PUNCTUATION}*(?:(?<=[—–(:-]\\s*)|,|(?<=\\s)(?:${LINK})(?!\\p{L})|${UNSPACED_LINK})[^.!?。！？,;\\n]{0,60}$`,
  "iu",
);
const TURKISH_BEHIND = /^ (?:\p{L}+ ){0,3}(?:kodunuz|şifreniz)/iu;
const OTHER_BEFORE = new RegExp(`(?<!\\p{L})(?:${OTHER_CODE_BEFORE})[\\s-]?$`, "iu");
const OTHER_COMPOUND = new RegExp(`^(?:${OTHER_CODE_BEFORE}|de|en|geo|uni)s?-?[ck]`, "iu");
const OTHER_BEHIND = new RegExp(`^[\\s-]+(?:${OTHER_CODE_BEHIND})(?![\\p{L}\\p{M}])`, "iu");
const ASKED_BEFORE = new RegExp(ASKED_TO_TYPE.before, "iu");
const ASKED_BEHIND = new RegExp(ASKED_TO_TYPE.behind, "iu");

/** Nothing but a code, perhaps behind Android's mark for apps. A name before it could as well be `Total:`. */
const BARE = /^\s*(?:<#>\s*)?[\d -]{4,15}\s*$/;

function readCandidate(match: RegExpMatchArray & { index: number }): Candidate {
  return { value: (match[1] ?? "").replace(/\D/g, ""), start: match.index, end: match.index + match[0].length };
}

function isPresented(text: string, { start, end }: Candidate): boolean {
  const before = text.slice(Math.max(0, start - REACH), start);
  const behind = text.slice(end, end + REACH);
  if (OWN_LINK_AT_END.test(before) || TURKISH_BEHIND.test(behind)) return true;
  if (ASKED_BEFORE.test(before.trimEnd()) && ASKED_BEHIND.test(behind.trimStart())) return true;
  return (
    codeWords(before).some((word) => BETWEEN_WORD_AND_CODE.test(before.slice(word.end))) ||
    codeWords(behind).some((word) => BETWEEN_CODE_AND_WORD.test(behind.slice(0, word.start)))
  );
}

/** The words in a stretch of text that mean a one-time code, not a postcode or a voucher. */
function codeWords(text: string): { start: number; end: number }[] {
  return [...text.matchAll(WORD)]
    .map((match) => ({ word: match[0], start: match.index, end: match.index + match[0].length }))
    .filter(({ word, start, end }) => {
      const [before, behind] = [text.slice(0, start), text.slice(end)];
      return !(OTHER_BEFORE.test(before) || OTHER_COMPOUND.test(word) || OTHER_BEHIND.test(behind));
    });
}

/** Years, and days written as eight digits in either order. */
const DAY = "(?:0[1-9]|[12]\\d|3[01])";
const MONTH = "(?:0[1-9]|1[0-2])";
const YEAR = "(?:19|20)\\d\\d";
const DATE = new RegExp(`^(?:${YEAR}|${YEAR}${MONTH}${DAY}|(?:${DAY}${MONTH}|${MONTH}${DAY})${YEAR})$`);
