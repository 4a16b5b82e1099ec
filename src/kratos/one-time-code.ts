import type { OneTimeCode } from "../sms/message.ts";
import { type Fields, field } from "./fields.ts";
import { findCodeInText } from "./text-code.ts";

/** The key of `template_data` that holds the code; recovery has no key of its own name. */
const CODE_KEYS = new Map([
  ["login_code_valid", "login_code"],
  ["registration_code_valid", "registration_code"],
  ["verification_code_valid", "verification_code"],
  ["recovery_code_valid", "verification_code"],
]);

/** Kratos' notices of a change: they carry no code, whatever numbers their text holds. */
const NOTICES = new Set(["verifiable_address_changed", "authenticator_key_added"]);

const CODE = /^[A-Za-z0-9]{4,10}$/;

/** `@auth.example.com #482913`, with the embedding page that WebOTP allows; Kratos 25.4 may leave the domain empty. */
const AUTOFILL_LINE = /^@(|localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+) #([A-Za-z0-9]{4,10})(?: [@%]\S+)?$/i;

/**
 * Finds the one-time code of a message: in `template_data`, else in the autofill line, else in the text.
 * Rather none than a wrong one: a year, price, date, phone or order number is no code.
 */
export function findCode(template: string, templateData: Fields, text: string): OneTimeCode | undefined {
  if (NOTICES.has(template)) return undefined;
  const named = codeByTemplate(template, templateData) ?? onlyCodeField(templateData, text);
  if (named !== undefined) return { value: named, source: "template-data" };
  const autofill = readAutofillLine(text);
  if (autofill) return { value: autofill.code, source: "autofill-line" };
  const written = findCodeInText(text);
  return written === undefined ? undefined : { value: written, source: "text" };
}

/**
 * Reads the origin-bound last line of a text.
 *
 * @see https://wicg.github.io/sms-one-time-codes/
 */
export function readAutofillLine(text: string): { domain: string; code: string } | undefined {
  const end = text.trimEnd();
  const [, domain, code] = AUTOFILL_LINE.exec(end.slice(end.lastIndexOf("\n") + 1)) ?? [];
  return domain === undefined || code === undefined ? undefined : { domain, code };
}

function codeByTemplate(template: string, templateData: Fields): string | undefined {
  return asCode(field(templateData, CODE_KEYS.get(template) ?? ""));
}

/** For templates of tomorrow: one `*_code` whose value the text shows, so that no `country_code` is taken for it. */
function onlyCodeField(templateData: Fields, text: string): string | undefined {
  const shown = text.replace(/[\s-]/g, "");
  const codes = Object.keys(templateData)
    .filter((key) => key.endsWith("_code"))
    .map((key) => asCode(field(templateData, key)))
    .filter((code) => code !== undefined && shown.includes(code));
  return codes.length === 1 ? codes[0] : undefined;
}

function asCode(value: unknown): string | undefined {
  return typeof value === "string" && CODE.test(value) ? value : undefined;
}
