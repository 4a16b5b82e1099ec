import type { Message } from "../sms/message.ts";
import { compareHosts, findHostProblem, isAddress, isLocal, properHost } from "./autofill-host.ts";
import { type AutofillLine, type AutofillParts, findAutofillLine, readParts } from "./autofill-line.ts";
import { findCodeInText } from "./text-code.ts";

/** One thing to know about a text's autofill line, and what to do about it. */
export interface AutofillFinding {
  level: "ok" | "advice" | "error";
  says: string;
  fix?: string;
}

/** Whether phones and browsers can offer the code of a text by themselves. */
export interface AutofillLint {
  /** The line as it stands in the text; absent when there is none. */
  line?: string;
  findings: AutofillFinding[];
}

/** What is looked at when a text is checked. */
interface Checked extends AutofillLine, AutofillParts {
  text: string;
  /** The code in the words of the text. */
  shown?: string | undefined;
  domain?: string | undefined;
  /** The line as it should be. */
  right: string;
}

/**
 * Checks the line `@host #code` at the end of a text, from which browsers take the code; undefined for a text without a code.
 *
 * @see https://wicg.github.io/sms-one-time-codes/#format
 */
export function lintAutofill(
  text: string,
  { code, domain, template }: Pick<Message, "code" | "domain" | "template">,
): AutofillLint | undefined {
  if (code === undefined) return undefined;
  const found = findAutofillLine(text, code.value);
  if (found === undefined) return { findings: [absence(template, rightLine(domain, code.value))] };
  const parts = readParts(found.line);
  const shown = code.source === "autofill-line" ? findCodeInText(found.rest) : code.value;
  const right = rightLine(properHost(parts.host ?? "") || domain, shown ?? code.value);
  const findings = CHECKS.flatMap((check) => check({ ...found, ...parts, text, shown, domain, right }) ?? []);
  const works = findings.every(({ level }) => level !== "error");
  return { line: found.line, findings: works ? [success(parts), ...findings] : findings };
}

function rightLine(host: string | undefined, code: string): string {
  return `@${host || "your.host.example"} #${code}`;
}

function success({ host = "" }: AutofillParts): AutofillFinding {
  return { level: "ok", says: `Phones and browsers can offer the code on pages of ${host}.` };
}

/** Which Kratos writes the line by itself. */
const SINCE: Record<string, string> = {
  login_code_valid: "Kratos adds it in versions after v26.2.0, when it knows its domain",
  registration_code_valid: "Kratos adds it in versions after v26.2.0, when it knows its domain",
  verification_code_valid: "Kratos adds it in versions after v26.2.0, when it knows its domain",
  recovery_code_valid: "Kratos adds it since v25.4.0",
};

function absence(template: string, right: string): AutofillFinding {
  const since = Object.hasOwn(SINCE, template) ? SINCE[template] : undefined;
  const key = `courier.templates.${template.replace(/_valid$/, ".valid")}.sms.body.plaintext`;
  return {
    level: "advice",
    says: `No line of the text tells browsers the code and its host. ${since ? `${since}.` : "Kratos adds it only to its own texts."}`,
    fix: `End the text with ${right}${since ? `: set ${key} in kratos.yml, or upgrade Kratos` : ""}.`,
  };
}

type Check = (checked: Checked) => AutofillFinding | undefined;

const CHECKS: readonly Check[] = [
  checkPlace,
  checkStart,
  checkHost,
  checkGap,
  checkCode,
  checkTail,
  checkDomain,
  checkReach,
  checkLength,
];

function checkPlace({ linesBehind, right }: Checked): AutofillFinding | undefined {
  if (linesBehind === 0) return undefined;
  const lines = linesBehind === 1 ? "one line stands" : `${linesBehind} lines stand`;
  return error(`Browsers read only the last line, and ${lines} behind this one; an empty one counts.`, endWith(right));
}

function checkStart({ lead, host, right }: Checked): AutofillFinding | undefined {
  if (host === undefined) return error("The line does not begin with @ and the host.", write(right));
  if (lead === "") return undefined;
  return error("Something stands before the @; the line must begin with it.", write(right));
}

function checkHost({ host, right }: Checked): AutofillFinding | undefined {
  const problem = host === undefined ? undefined : findHostProblem(host);
  return problem && { ...problem, fix: write(right) };
}

function checkGap({ gap, code, right }: Checked): AutofillFinding | undefined {
  if (code === undefined || gap === " ") return undefined;
  return error("Exactly one space must stand between host and code.", write(right));
}

function checkCode({ lead, host, code, shown, right }: Checked): AutofillFinding | undefined {
  // A # that stands elsewhere is another finding's.
  if (host === undefined || (lead + host).includes("#")) return undefined;
  if (code === undefined) return error("No # and code follow the host.", write(right));
  if (shown === undefined || code === shown) return undefined;
  return error(`Browsers would fill in ${code}, and the code is ${shown}.`, write(right));
}

function checkTail({ tail = "", right }: Checked): AutofillFinding | undefined {
  const [, marker, embedded] = /^ ([@%])([^\s@%]\S*)$/.exec(tail) ?? [];
  if (marker === "%") {
    const says = "Apple documents % before the host of an embedded page; the format itself and Chrome read only @.";
    return advice(says, `Write ${right} @${embedded} for them, and try it on an iPhone.`);
  }
  if (marker === "@") {
    const says = `Only a page of ${embedded} inside a frame gets the code, the page around it does not.`;
    return advice(says, `Leave it out unless the code is typed into such a frame: ${right}.`);
  }
  return tail === "" ? undefined : advice("What stands behind the code is ignored at best.", endWith(right));
}

function checkDomain({ host = "", domain, shown, code = "" }: Checked): AutofillFinding | undefined {
  const proper = properHost(host);
  if (proper === "" || domain === undefined) return undefined;
  const is = compareHosts(proper, domain);
  if (is === "same") return undefined;
  const fix = write(rightLine(domain, shown ?? code));
  if (is === "same-site")
    return advice(`The flow runs at ${domain}: browsers offer the code and name both hosts.`, fix);
  const says = `The flow runs at ${domain}, so no browser offers a code for ${proper} there.`;
  return isLocal(domain) || isAddress(domain)
    ? advice(says, `Nothing to do if production runs at ${proper}; to try it here, ${lower(fix)}`)
    : error(says, fix);
}

function checkReach({ host = "" }: Checked): AutofillFinding | undefined {
  const proper = properHost(host);
  if (isLocal(proper)) {
    const says = `A phone has no page at ${proper} unless its port is forwarded, and only Chrome takes a host without https.`;
    return advice(
      says,
      "Forward the port from Chrome's chrome://inspect, or give the host an https name the phone reaches.",
    );
  }
  if (!isAddress(proper)) return undefined;
  return advice("Autofill needs https, and an address seldom has a certificate.", "Give the page a name.");
}

const LONGEST = 140;

function checkLength({ text }: Checked): AutofillFinding | undefined {
  const { length } = [...text];
  if (length <= LONGEST) return undefined;
  const says = `The text has ${length} characters; Google documents at most ${LONGEST} for Android.`;
  return advice(says, `Take out at least ${length - LONGEST}.`);
}

function error(says: string, fix: string): AutofillFinding {
  return { level: "error", says, fix };
}

function advice(says: string, fix: string): AutofillFinding {
  return { level: "advice", says, fix };
}

function write(line: string): string {
  return `Write ${line}.`;
}

function endWith(line: string): string {
  return `End the text with ${line} and nothing behind it.`;
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
