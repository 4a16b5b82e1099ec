import { parseCourierMessage } from "../courier-message.ts";
import { courierJsonnetBase64 } from "../paste-block.ts";
import type { Check, Evaluate, Evaluated, ReadFile, Surroundings } from "./check.ts";
import type { Remark } from "./finding.ts";
import { type KratosConfiguration, textAt } from "./kratos-configuration.ts";

const PATH = "courier.channels.0.request_config.body";
const FIX = (program: string) => `The line that \`${program} jsonnet --base64\` prints.`;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What can be wrong with the Jsonnet that makes the request. */
export const bodyChecks: readonly Check[] = [
  (configuration, { readFile, evaluate }) => {
    if (configuration.get("courier.channels.0.request_config") === undefined) return [];
    const value = textAt(configuration, PATH);
    if (value === undefined)
      return [error("without a body every SMS fails: the default of the documentation does not hold within a list")];
    if (value === courierJsonnetBase64()) return [];
    const { remarks, snippet } = read(value, readFile);
    return snippet === undefined ? remarks : [...remarks, ...judge(snippet, evaluate)];
  },
];

function error(says: string): Remark {
  return { severity: "error", path: PATH, says, fix: FIX };
}

function warning(says: string): Remark {
  return { severity: "warning", path: PATH, says, fix: FIX };
}

function read(value: string, readFile: ReadFile): { remarks: Remark[]; snippet?: string } {
  const [, scheme, rest = ""] = /^(\w+):\/\/(.*)$/s.exec(value) ?? [];
  switch (scheme) {
    case "base64":
      if (!BASE64.test(rest))
        return { remarks: [error("what stands behind base64:// is not base64: every SMS fails")] };
      return { remarks: [], snippet: Buffer.from(rest, "base64").toString() };
    case "file": {
      const snippet = readFile(rest);
      const unread = { ...error("this file could not be read from here"), severity: "advice" as const };
      return snippet === undefined ? { remarks: [unread] } : { remarks: [], snippet };
    }
    case "http":
    case "https":
      return {
        remarks: [warning("Kratos fetches this again for every SMS: when that address is down, no code is sent")],
      };
    default:
      return {
        remarks: [error("a body begins with base64://, file:// or https://: Kratos does not start with this one")],
      };
  }
}

/** What Kratos v26.2 has for a login code. */
export function sampleContext(to: string, code = SAMPLE_CODE) {
  const identity = { id: "sample", traits: { phone: to, email: SAMPLE_MAIL } };
  return {
    recipient: to,
    subject: "",
    body: `Your login code is: ${code}\n\nIt expires in 10 minutes.\n`,
    template_type: TEMPLATE,
    template_data: {
      ...{ to, login_code: code, identity, transient_payload: {}, expires_in_minutes: 10 },
      request_url: "http://127.0.0.1:4433/self-service/login/api",
    },
    message_type: "sms",
    request_headers: { "Accept-Language": ["en"] },
  };
}

const SAMPLE_NUMBER = "+12025550143";
const SAMPLE_CODE = "482913";
const SAMPLE_MAIL = "sample@example.com";
const TEMPLATE = "login_code_valid";

/** What Kratos would post for a context; undefined when no program here can tell. */
export function sampleRequest(
  configuration: KratosConfiguration,
  { readFile, evaluate }: Surroundings,
  context: object,
): Evaluated | undefined {
  const { snippet } = read(textAt(configuration, PATH) ?? "", readFile);
  return snippet === undefined ? undefined : evaluate(snippet, context);
}

/** In words, by which means the Jsonnet was looked at. */
export function howJsonnetWasChecked(configuration: KratosConfiguration, surroundings: Surroundings): string {
  const { snippet } = read(textAt(configuration, PATH) ?? "", surroundings.readFile);
  if (snippet === undefined) return "there was no Jsonnet to look at";
  const evaluated = surroundings.evaluate(snippet, sampleContext(SAMPLE_NUMBER));
  if (evaluated) return `the Jsonnet was evaluated by ${evaluated.by}`;
  return "the Jsonnet was only read: neither kratos nor jsonnet is on the PATH";
}

/** What a snippet shows to somebody who only reads it. */
const SIGNS: readonly { sign: RegExp; says: string }[] = [
  {
    sign: /\bctx\.(Recipient|Body|Subject|TemplateType|TemplateData)\b/,
    says: "names are lower-case since v1.1: this one fails for every SMS (ctx.recipient, ctx.body)",
  },
  {
    sign: /\bctx\.(from|to)\b/,
    says: "ctx.from and ctx.to are gone: this fails for every SMS (the number is ctx.recipient)",
  },
  {
    sign: /\bstd\.extVar\b/,
    says: "the context comes as the argument ctx, and std.extVar holds nothing: this fails for every SMS",
  },
  {
    sign: /\bstd\.manifestJson(Ex)?\(/,
    says: "this puts JSON into a text: the gateway gets one string and no message",
  },
];

/** Another program than Kratos' own would take these. */
const IMPORTS = /\bimport(str|bin)?\s+['"]/;

function judge(snippet: string, evaluate: Evaluate): Remark[] {
  const evaluated = evaluate(snippet, sampleContext(SAMPLE_NUMBER));
  const sign = SIGNS.find(({ sign }) => sign.test(snippet))?.says;
  if (IMPORTS.test(snippet)) return [error("Kratos lets Jsonnet import nothing: this fails for every SMS")];
  if (!evaluated) {
    if (sign !== undefined) return [error(sign)];
    if (!isFunctionOfContext(snippet)) return [error(NOT_A_FUNCTION)];
    return [];
  }
  if ("error" in evaluated)
    return [error(sign ?? `${evaluated.by} cannot evaluate it for a login code: every SMS fails (${evaluated.error})`)];
  const posted = parseJson(evaluated.output);
  const parsed = parseCourierMessage(posted, { id: "msg_doctor", receivedAt: 0 });
  if ("problem" in parsed) return [error(sign ?? `the gateway answers 400 to what this posts: ${parsed.problem}`)];
  if ("rejected" in parsed) return [error(`the gateway rejects what this posts: ${parsed.rejected.reason}`)];
  const { message } = parsed;
  if (!message.code) return [warning("this leaves the code out, so that neither tests nor the inbox can show it")];
  if (message.template !== TEMPLATE) {
    return [warning("this leaves out template_type: routes by template never match")];
  }
  if (evaluated.output.includes(SAMPLE_MAIL)) {
    return [{ ...warning("this posts all traits of the person with every code"), severity: "advice" }];
  }
  return [];
}

const NOT_A_FUNCTION =
  "this is no function(ctx): Kratos hands the context over as the argument ctx, so that every SMS fails";

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the snippet ends in a function of ctx, as far as reading can tell. */
function isFunctionOfContext(snippet: string): boolean {
  const code = snippet.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(\/\/|#).*$/gm, "");
  return /\bfunction\s*\(\s*ctx\b/.test(code);
}
