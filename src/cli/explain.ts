import { createRules } from "../compose.ts";
import { NOBODY_CAPABLE } from "../dispatch/conclude.ts";
import { decide, type Rules } from "../dispatch/decide.ts";
import { refuseDestination } from "../guard/destinations.ts";
import type { Candidate, Decision } from "../sms/decision.ts";
import { type PhoneNumber, parseNumber } from "../sms/e164.ts";
import { inPercent } from "../sms/in-percent.ts";
import type { Message } from "../sms/message.ts";
import { segmentsInWords } from "../sms/segments.ts";
import { createKeyed } from "../values/keyed.ts";
import { systemRandom } from "../values/random.ts";
import { Secret } from "../values/secret.ts";
import { type Command, EXIT } from "./command.ts";
import { readConfiguration } from "./configuration.ts";

const SAMPLE_CODE = "482913";

/** `explain <number>`: the decision of the live router with its reasons; nothing is sent. */
export const explain: Command = {
  usage: "<number> [--template <template type>] [--locale <locale>]",
  words: [1, 1],
  options: {
    template: { type: "string", says: "Kratos' name of the message; login_code_valid when left out." },
    locale: { type: "string", says: "The person's language, such as de." },
  },
  async run({ positionals: [raw = ""], values }, terminal) {
    const configuration = readConfiguration(terminal);
    if (!configuration) return EXIT.badConfiguration;
    const parsed = parseNumber(raw);
    if ("problem" in parsed) {
      terminal.out(line("number", parsed.problem) + line("outcome", "rejected"));
      return EXIT.done;
    }
    const keyed = createKeyed(configuration.secret ?? new Secret(systemRandom.id()));
    const message = sampleMessage(parsed, String(values["template"] ?? "login_code_valid"), values["locale"]);
    terminal.out(describe(createRules(configuration, keyed), message));
    return EXIT.done;
  },
};

function describe(rules: Rules, message: Message): string {
  const decision = decide(rules, message);
  const policy = refuseDestination(rules.destinations, message);
  return [
    line("number", `${message.to}, ${message.country}, ${message.numberType ?? "type unknown"}`),
    line("template", message.template),
    line("destination", policy ?? "allowed"),
    ...list("routes", describeRoutes(decision)),
    ...list("chain", decision.candidates.map(describeCandidate)),
    line("text", `${segmentsInWords(decision.segments)}, as in: ${decision.text.replace(/\s+/g, " ")}`),
    line("outcome", describeOutcome(decision)),
  ].join("");
}

function describeRoutes({ route, passedOver }: Decision): string[] {
  const passed = passedOver.map(({ route: name, because }) => `${name}: ${because}`);
  return route ? [...passed, `${route}: matches`] : passed;
}

function describeCandidate({ provider, plan, share }: Candidate, place: number): string {
  const first = share === undefined ? "" : ` (first for ${inPercent(share)} of the numbers)`;
  return `${place + 1}. ${provider}: ${"sender" in plan ? `from ${plan.sender}` : `skipped, ${plan.incapable}`}${first}`;
}

function describeOutcome({ refusedBecause, candidates }: Decision): string {
  if (refusedBecause) return `rejected: ${refusedBecause}`;
  const isCapable = candidates.some(({ plan }) => "sender" in plan);
  return isCapable ? "tried along the chain" : `rejected: ${NOBODY_CAPABLE}`;
}

function list(label: string, items: string[]): string[] {
  return items.map((item, index) => line(index === 0 ? label : "", item));
}

function sampleMessage({ number, country, type }: PhoneNumber, template: string, locale: unknown): Message {
  return {
    id: "msg_explain",
    to: number,
    country,
    ...(type && { numberType: type }),
    text: `Your login code is: ${SAMPLE_CODE}\n\nIt expires in 10 minutes.`,
    template,
    code: { value: SAMPLE_CODE, source: "template-data" },
    lifespanMs: 600_000,
    receivedAt: 0,
    locales: typeof locale === "string" ? [locale] : [],
  };
}

function line(label: string, value: string): string {
  return `${label.padEnd(13)}${value}\n`;
}
