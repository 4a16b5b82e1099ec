/** How an outcome is drawn beside its word, never instead of it, and what it means. */
export interface OutcomeWords {
  icon: IconName;
  tone: Tone;
  /** What Kratos is answered; 200 where it is not said. */
  status?: number;
  means?: string;
}

const SENT = "to Kratos the message is sent";
const FAILED: OutcomeWords = { icon: "cross", tone: "error", status: 503, means: "Kratos tries again" };

const OUTCOMES: Record<string, OutcomeWords> = {
  pending: { icon: "clock", tone: "muted" },
  captured: { icon: "check", tone: "ok", means: "the inbox keeps it, nothing was sent" },
  sent: { icon: "check", tone: "ok", means: SENT },
  duplicate: { icon: "repeat", tone: "warn", means: `${SENT}, the first one's result holds` },
  suppressed: { icon: "ban", tone: "warn", means: `${SENT}, in truth it was held back` },
  ambiguous: { icon: "question", tone: "warn", means: `${SENT}; nobody knows whether it arrives` },
  rejected: { icon: "cross", tone: "error", means: `${SENT}, since trying again could not help` },
  failed: FAILED,
  shed: FAILED,
};

/** What is said of an outcome. */
export function outcomeWords(outcome: string): OutcomeWords {
  return OUTCOMES[outcome] ?? { icon: "question", tone: "warn" };
}

/** Of a code that is struck through: what it is called, and why. */
export const SUPERSEDED = {
  name: "Older code",
  because: "a newer code went to this number, and only Kratos knows whether this one still works",
};

/** How good or bad something is. */
export type Tone = "ok" | "warn" | "error" | "muted";

/** The drawings there are. */
export type IconName =
  | "check"
  | "cross"
  | "clock"
  | "repeat"
  | "ban"
  | "question"
  | "search"
  | "gear"
  | "pause"
  | "play"
  | "back"
  | "bolt"
  | "trash"
  | "skip";

/** Where a code was found, in words. */
export const CODE_SOURCES: Record<string, string> = {
  "template-data": "the template data",
  "autofill-line": "the autofill line",
  text: "the text",
};

/** `login_code_valid` in words. */
export function templateWords(template: string): string {
  const words = template.replace(/_valid$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Six digits read best as three and three; the gap is drawn, so that a copy has none. */
export function codeGroups(code: string): string[] {
  const size = GROUP_SIZES[code.length];
  if (size === undefined || !/^[0-9A-Za-z]+$/.test(code)) return [code];
  return code.match(new RegExp(`.{1,${size}}`, "g")) ?? [code];
}

const GROUP_SIZES: Record<number, number> = { 6: 3, 7: 4, 8: 4, 9: 3, 10: 5 };

/** `+12025550143` with the blanks that people write there; other countries' as they are. */
export function spacedNumber(number: string): string {
  return number.replace(/^(\+1)(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3 $4");
}

/** The time of day where the reader sits. */
export function clockTime(iso: string): string {
  return new Date(iso).toLocaleTimeString([], {
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

/** `12:04` of so many milliseconds, hours before it where there are any. */
export function minutesSeconds(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3_600);
  return (hours > 0 ? [hours, ...parts] : parts).map((part) => String(part).padStart(2, "0")).join(":");
}

/** `10 min` of a window's length. */
export function spanWords(ms: number): string {
  const [unitMs, unit] = SPANS.find(([size]) => ms >= size && ms % size === 0) ?? [1, "ms"];
  return `${ms / unitMs} ${unit}`;
}

const SPANS: [number, string][] = [
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];

/** `1 segment`, `2 segments`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A country's name in English, or the letters as they came. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (REGIONS.of(code) ?? code) : code;
}

const REGIONS = new Intl.DisplayNames(["en"], { type: "region" });

/** JSON with indentation; anything else as it came. */
export function prettyJson(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
