import type { E164 } from "../sms/e164.ts";
import type { NotSent, NotSentKind, SendResult } from "../sms/send-result.ts";
import type { Twist } from "./twisted-answers.ts";

/** What a magic number makes happen; whatever is absent goes as for any other number. */
export interface Script {
  /** The number's last four digits, by which people call it. */
  digits: string;
  /** In words, such as `every request is answered 503`. */
  says: string;
  /** How the nth request for the same message goes, counted from 1. */
  twist?(nth: number): Twist | undefined;
  /** What a provider says to the message; `isFirst` for the first of its chain that could send it. */
  attempt?(isFirst: boolean): SendResult | undefined;
  /** How much later than it came the inbox hears of the message. */
  hiddenMs?: number;
}

/** One row of the table, for people. */
export interface MagicNumber {
  /** N and S stand for digits. */
  number: string;
  says: string;
  kratosThen: string;
}

interface Row {
  /** The last four digits; NNN is a status from 400 to 599, SS are seconds. */
  digits: string;
  does: string;
  kratosThen: string;
  script(value: number): Omit<Script, "digits" | "says">;
}

/** The script of a magic number; undefined for every other one. */
export function magicScript(to: E164): Script | undefined {
  if (!to.startsWith(PREFIX)) return undefined;
  const digits = to.slice(PREFIX.length);
  for (const row of ROWS) {
    const match = patternOf(row).exec(digits);
    if (!match) continue;
    const value = Number(match[1] ?? 0);
    return { digits, says: row.does.replace(/NNN|SS/, String(value)), ...row.script(value) };
  }
  return undefined;
}

/** Every number of this range exists in the numbering plan, as Kratos demands, and none belongs to anybody. */
const PREFIX = "+1500555";

function patternOf({ digits }: Row): RegExp {
  return new RegExp(`^${digits.replace("NNN", "([45]\\d\\d)").replace("SS", "(\\d\\d)")}$`);
}

const RETRIED = "asks six times in all, then abandons it";
const REJECTED = "takes it for sent: 200 `rejected`, since asking again cannot help";

const ROWS: Row[] = [
  {
    digits: "0001",
    does: "the vendor says that no such number exists",
    kratosThen: REJECTED,
    script: () => ({ attempt: () => refused("invalid-recipient", "this number does not exist (simulated)") }),
  },
  {
    digits: "0004",
    does: "the vendor says that the recipient opted out",
    kratosThen: REJECTED,
    script: () => ({ attempt: () => refused("opted-out", "the recipient wants no SMS (simulated)") }),
  },
  {
    digits: "0006",
    does: "captured; its receipt would say delivered (this version has no receipts)",
    kratosThen: "takes it for sent",
    script: () => ({}),
  },
  {
    digits: "0009",
    does: "the vendor says that the number cannot get an SMS",
    kratosThen: REJECTED,
    script: () => ({ attempt: () => refused("invalid-recipient", "this number cannot get an SMS (simulated)") }),
  },
  {
    digits: "1NNN",
    does: "every request is answered NNN",
    kratosThen: RETRIED,
    script: (status) => ({ twist: () => ({ ends: "failed", status }) }),
  },
  {
    digits: "2NNN",
    does: "the first request is answered NNN, the next is captured",
    kratosThen: "takes it for sent at the second attempt",
    script: (status) => ({ twist: failing(status, 1) }),
  },
  {
    digits: "3NNN",
    does: "five requests are answered NNN, the sixth is captured",
    kratosThen: "takes it for sent at the sixth attempt",
    script: (status) => ({ twist: failing(status, 5) }),
  },
  {
    digits: "40SS",
    does: "captured at once, each answer SS s late",
    kratosThen: "takes it for sent up to 9 s; from 11 s on asks again, and abandons what the phone has",
    script: (seconds) => ({ twist: () => ({ delayMs: seconds * 1_000 }) }),
  },
  {
    digits: "5000",
    does: "every connection is closed without an answer, nothing is captured",
    kratosThen: RETRIED,
    script: () => ({ twist: () => ({ ends: "failed", drop: true }) }),
  },
  {
    digits: "5001",
    does: "captured; its receipt would say undelivered (this version has no receipts)",
    kratosThen: "takes it for sent, though no phone would get it",
    script: () => ({}),
  },
  {
    digits: "5002",
    does: "answered 200 at once, shown 20 s later",
    kratosThen: "takes it for sent; the person asks for another code",
    script: () => ({ hiddenMs: 20_000 }),
  },
  {
    digits: "6NNN",
    does: "the first provider answers NNN, the next one captures it",
    kratosThen: "takes it for sent",
    script: (status) => ({ attempt: (isFirst) => (isFirst ? answered(status) : undefined) }),
  },
  {
    digits: "7001",
    does: "over the limit per number",
    kratosThen: "takes it for sent: 200 `suppressed`; with `onLimit: reject` it is answered 429 and asks again",
    script: () => ({ twist: () => ({ ends: "suppressed" }) }),
  },
];

/** The table that the page and the documentation show. */
export const magicNumbers: readonly MagicNumber[] = ROWS.map(({ digits, does, kratosThen }) => ({
  number: `+1 500 555 ${digits}`,
  says: does,
  kratosThen,
}));

function failing(status: number, times: number): (nth: number) => Twist | undefined {
  return (nth) => (nth <= times ? { ends: "failed", status } : undefined);
}

function refused(kind: NotSentKind, detail: string): NotSent {
  return { outcome: "not-sent", kind, detail };
}

/** A refusal that certainly sent nothing: after a doubt, a notice without a code would not go to the next provider. */
function answered(status: number): SendResult {
  const kind = KINDS[status] ?? (status < 500 ? "message-refused" : "unavailable");
  return { ...refused(kind, `answered ${status} and sent nothing (simulated)`), vendorCode: String(status) };
}

const KINDS: Record<number, NotSentKind> = {
  401: "unauthorized",
  402: "quota-exhausted",
  403: "unauthorized",
  429: "rate-limited",
};
