/** A line that is, or was meant to be, `@host #code`, and where it stands. */
export interface AutofillLine {
  /** The whole line as it stands in the text. */
  line: string;
  /** How many lines follow it, empty ones too. */
  linesBehind: number;
  /** The text without this line. */
  rest: string;
}

/** What an autofill line consists of, as a browser reads it; an absent part is missing or misspelled. */
export interface AutofillParts {
  /** What stands before the `@`. */
  lead: string;
  host?: string;
  /** What stands between host and code. */
  gap?: string;
  code?: string;
  /** What stands behind the code. */
  tail?: string;
}

/** Finds the line of a text that browsers take the code from, or that was meant to be that line: the last one such. */
export function findAutofillLine(text: string, code: string | undefined): AutofillLine | undefined {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const index = lines.findLastIndex((line) => isMeant(line, code));
  const line = lines[index];
  if (line === undefined) return undefined;
  return { line, linesBehind: lines.length - 1 - index, rest: lines.toSpliced(index, 1).join("\n") };
}

/** `@host` and `#code` in any order and spelling, or one of them beside the code. */
function isMeant(line: string, code: string | undefined): boolean {
  const hasHost = /(^|\s)@(\S|\s+#)/.test(line);
  if (hasHost && /(^|\s)#\S/.test(line)) return true;
  if (code === undefined) return false;
  return line.trimEnd().endsWith(`#${code}`) || (/^\s*@\S/.test(line) && line.includes(code));
}

/**
 * Takes an autofill line apart.
 *
 * @see https://wicg.github.io/sms-one-time-codes/#parsing
 */
export function readParts(line: string): AutofillParts {
  const at = line.search(/(?<!\S)@/);
  if (at < 0) return { lead: line };
  const [, host = "", gap = "", code, tail = ""] = /^@(\S*)(\s*)(?:#(\S+)(.*))?/.exec(line.slice(at)) ?? [];
  if (code === undefined) return { lead: line.slice(0, at), host, gap };
  return { lead: line.slice(0, at), host, gap, code, tail };
}
