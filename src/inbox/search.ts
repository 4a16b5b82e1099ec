import { parseNumber } from "../sms/e164.ts";
import type { Entry } from "./entry.ts";
import { retryOf } from "./request-record.ts";

/** Says of an entry whether it was searched for. */
export type Matches = (entry: Entry) => boolean;

/**
 * Reads what was typed into the search box: `to:0143 is:captured -template:login_code_valid "your code"`.
 * Every term must hold. A word without an operator is looked for in text, number, template and code.
 */
export function parseSearch(query: string): Matches | { problem: string } {
  const terms: Matches[] = [];
  for (const { negated, operator, value } of split(query)) {
    const term = operator === undefined ? wordTerm(value) : OPERATORS[operator](value);
    if (typeof term === "object") return term;
    terms.push(negated ? (entry) => !term(entry) : term);
  }
  return (entry) => terms.every((term) => term(entry));
}

const OPERATORS = {
  to: (value) => {
    // A whole number in a spelling that waits and Kratos take, too: "+44 (0)20 7946 0018".
    const parsed = parseNumber(value);
    if ("number" in parsed) return (entry) => entry.message.to.includes(parsed.number);
    const digits = value.replace(/\D/g, "");
    const wanted = value.trim().startsWith("+") ? `+${digits}` : digits;
    return (entry) => digits !== "" && entry.message.to.includes(wanted);
  },
  code: (value) => {
    const wanted = value.replace(/\s/g, "");
    return ({ message }) => message.code !== undefined && contains(message.code.value, wanted);
  },
  template: (value) => (entry) => contains(entry.message.template, value),
  provider: (value) => (entry) => providersOf(entry).some((provider) => contains(provider, value)),
  status: (value) => {
    // 503, or 5xx for all of its kind.
    const wanted = /^[1-5](\d\d|xx)$/i.exec(value)?.[0].toLowerCase().replace("xx", "");
    if (wanted === undefined) return { problem: "status: write a status such as 503, or 5xx" };
    return ({ requests }) => requests.some(({ status }) => status !== undefined && String(status).startsWith(wanted));
  },
  country: (value) => (entry) => entry.message.country.toLowerCase() === value.toLowerCase(),
  has: (value) => oneOf("has", HAS, value),
  is: (value) => oneOf("is", IS, value),
  before: (value) => byTime("before", value, (receivedAt, moment) => receivedAt < moment),
  after: (value) => byTime("after", value, (receivedAt, moment) => receivedAt >= moment),
} satisfies Record<string, (value: string) => Matches | { problem: string }>;

const hasCode: Matches = ({ message }) => message.code !== undefined;

const HAS: Record<string, Matches> = { code: hasCode, otp: hasCode };

const IS: Record<string, Matches> = {
  pending: outcomeIs("pending"),
  sent: outcomeIs("sent"),
  captured: outcomeIs("captured"),
  duplicate: ({ outcome, repeatCount }) => outcome === "duplicate" || repeatCount > 0,
  suppressed: outcomeIs("suppressed"),
  rejected: outcomeIs("rejected"),
  ambiguous: outcomeIs("ambiguous"),
  failed: outcomeIs("failed"),
  shed: outcomeIs("shed"),
  consumed: ({ taken }) => taken,
  superseded: ({ superseded }) => superseded,
  retrying: (entry) => retryOf(entry)?.state === "retrying",
  abandoned: (entry) => retryOf(entry)?.state === "abandoned",
};

interface Term {
  negated: boolean;
  operator?: keyof typeof OPERATORS;
  value: string;
}

/** A term: perhaps a minus, perhaps an operator, then a quoted or a bare value; a quote that is never closed runs to the end. */
const TERM = /(-?)(?:([a-z]+):)?(?:"([^"]*)(?:"|$)|(\S+))/giu;

function split(query: string): Term[] {
  return [...query.matchAll(TERM)].map(([, minus, name, quoted, bare]) => {
    const negated = minus === "-";
    const value = quoted ?? bare ?? "";
    const operator = name?.toLowerCase();
    if (operator === undefined) return { negated, value };
    return isOperator(operator) ? { negated, operator, value } : { negated, value: `${name}:${value}` };
  });
}

function isOperator(name: string): name is keyof typeof OPERATORS {
  return Object.hasOwn(OPERATORS, name);
}

function wordTerm(word: string): Matches {
  return ({ message: { text, to, template, code } }) =>
    [text, to, template, code?.value ?? ""].some((field) => contains(field, word));
}

function contains(field: string, wanted: string): boolean {
  return field.normalize("NFKC").toLowerCase().includes(wanted.normalize("NFKC").toLowerCase());
}

function outcomeIs(name: Entry["outcome"]): Matches {
  return ({ outcome }) => outcome === name;
}

function providersOf({ provider, attempts, decision }: Entry): string[] {
  if (provider !== undefined) return [provider];
  if (attempts.length > 0) return attempts.map((attempt) => attempt.provider);
  return (decision?.candidates ?? []).map((candidate) => candidate.provider);
}

/** ISO 8601; what names no zone is in UTC. */
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

function byTime(
  operator: string,
  value: string,
  isMatch: (receivedAt: number, moment: number) => boolean,
): Matches | { problem: string } {
  const [, time, , , zone] = MOMENT.exec(value) ?? [];
  const moment = MOMENT.test(value) ? Date.parse(time && !zone ? `${value}Z` : value) : Number.NaN;
  if (Number.isNaN(moment)) return { problem: `${operator}: write a time such as 2026-11-21 or 2026-11-21T12:04Z` };
  return ({ message }) => isMatch(message.receivedAt, moment);
}

function oneOf(operator: string, table: Record<string, Matches>, value: string): Matches | { problem: string } {
  const matches = Object.hasOwn(table, value.toLowerCase()) ? table[value.toLowerCase()] : undefined;
  return matches ?? { problem: `${operator}: knows ${Object.keys(table).join(", ")}` };
}
