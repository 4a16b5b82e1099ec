import { createRules } from "../compose.ts";
import type { Mode } from "../config/configuration.ts";
import { NOBODY_CAPABLE } from "../dispatch/conclude.ts";
import { decide, type Rules } from "../dispatch/decide.ts";
import { refuseDestination } from "../guard/destinations.ts";
import { magicScript, type Script } from "../inbox/magic-numbers.ts";
import type { Candidate, Decision } from "../sms/decision.ts";
import { type PhoneNumber, parseNumber } from "../sms/e164.ts";
import { inPercent } from "../sms/in-percent.ts";
import type { Message } from "../sms/message.ts";
import { segmentsInWords } from "../sms/segments.ts";
import { createKeyed } from "../values/keyed.ts";
import { systemRandom } from "../values/random.ts";
import { Secret } from "../values/secret.ts";
import { ADMIN_OPTIONS, ADMIN_USAGE } from "./admin.ts";
import { type Command, EXIT } from "./command.ts";
import { readConfiguration } from "./configuration.ts";
import { programName } from "./program-name.ts";
import { type KnownStates, knownStates, notAskedBecause } from "./provider-state.ts";

const SAMPLE_CODE = "482913";

/** `explain <number>`: what would happen to a message now, with the reasons; nothing is sent. */
export const explain: Command = {
  usage: `<number> [--template <template type>] [--locale <locale>] ${ADMIN_USAGE}`,
  words: [1, 1],
  options: {
    template: { type: "string", says: "Kratos' name of the message; login_code_valid when left out." },
    locale: { type: "string", says: "The person's language, such as de." },
    ...ADMIN_OPTIONS,
  },
  async run(args, terminal) {
    const {
      positionals: [raw = ""],
      values,
    } = args;
    const configuration = readConfiguration(terminal);
    if (!configuration) {
      terminal.err(elsewhere(programName(terminal.environment)));
      return EXIT.badConfiguration;
    }
    const parsed = parseNumber(raw);
    if ("problem" in parsed) {
      terminal.out(line("number", parsed.problem) + line("outcome", "rejected"));
      return EXIT.done;
    }
    const keyed = createKeyed(configuration.secret ?? new Secret(systemRandom.id()));
    const message = sampleMessage(parsed, String(values["template"] ?? "login_code_valid"), values["locale"]);
    const known = await knownStates(args, configuration);
    if ("problem" in known) {
      terminal.err(`${known.problem}\n`);
      return known.exitCode;
    }
    terminal.out(describe(createRules(configuration, keyed), message, { ...known, mode: configuration.mode }));
    return EXIT.done;
  },
};

/** The rules are in the file alone, and a gateway that still runs has others than these. */
const elsewhere = (program: string) =>
  `a gateway that runs goes on by the last good file: ask it with \`${program} providers\` or \`${program} why <number>\`\n`;

/** What a message would meet besides the rules. */
interface Present extends KnownStates {
  mode: Mode;
}

function describe(rules: Rules, message: Message, present: Present): string {
  const decision = decide(rules, message);
  const policy = refuseDestination(rules.destinations, message);
  return [
    line("number", `${message.to}, ${message.country}, ${message.numberType ?? "type unknown"}`),
    line("template", message.template),
    line("by", present.source),
    line("destination", policy ?? "allowed"),
    ...list("routes", describeRoutes(decision)),
    ...list(
      "chain",
      decision.candidates.map((candidate, place) => describeCandidate(candidate, place, present)),
    ),
    line("text", `${segmentsInWords(decision.segments)}, as in: ${decision.text.replace(/\s+/g, " ")}`),
    line("outcome", describeOutcome(decision, message, present)),
  ].join("");
}

function describeRoutes({ route, passedOver }: Decision): string[] {
  const passed = passedOver.map(({ route: name, because }) => `${name}: ${because}`);
  return route ? [...passed, `${route}: matches`] : passed;
}

function describeCandidate({ provider, plan, share }: Candidate, place: number, { states }: Present): string {
  const first = share === undefined ? "" : ` (first for ${inPercent(share)} of the numbers)`;
  const named = `${place + 1}. ${provider}: `;
  if ("incapable" in plan) return `${named}skipped, ${plan.incapable}${first}`;
  const state = states?.get(provider);
  const because = state
    ? notAskedBecause(state)
    : states && "the gateway does not know it; reload lets it read the file";
  return `${named}from ${plan.sender}${first}${because ? `; ${because}` : ""}`;
}

function describeOutcome(decision: Decision, { to }: Message, { states, mode }: Present): string {
  const { refusedBecause, candidates } = decision;
  const script = mode === "dev" ? magicScript(to) : undefined;
  // A number that never gets as far as the rules does as it says whatever they are.
  if (script?.twist?.(1)?.ends) return simulated(script);
  if (refusedBecause) return `rejected: ${refusedBecause}`;
  const capable = candidates.filter(({ plan }) => "sender" in plan);
  if (capable.length === 0) return `rejected: ${NOBODY_CAPABLE}`;
  if (capable.every(({ provider }) => states?.get(provider)?.enabled === false))
    return "failed: every provider that could send it is switched off";
  if (script) return simulated(script);
  return mode === "dev" ? "captured by the inbox: dev mode sends nothing" : "tried along the chain";
}

function simulated({ says }: Script): string {
  return `as this magic number says in dev mode: ${says}`;
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
