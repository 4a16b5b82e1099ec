import { createRules } from "../compose.ts";
import { decide, type Rules } from "../dispatch/decide.ts";
import { refuseDestination } from "../guard/destinations.ts";
import { findRoute, mismatch } from "../routing/match.ts";
import type { Candidate } from "../sms/decision.ts";
import { type PhoneNumber, parseNumber } from "../sms/e164.ts";
import type { Message } from "../sms/message.ts";
import { type Command, EXIT } from "./command.ts";
import { readConfiguration } from "./configuration.ts";

const SAMPLE_CODE = "482913";

/** `explain <number>`: the decision of the live router with its reasons; nothing is sent. */
export const explain: Command = {
  usage: "<number> [--template <template type>] [--locale <locale>]",
  words: [1, 1],
  options: { template: { type: "string" }, locale: { type: "string" } },
  async run({ positionals: [raw = ""], values }, terminal) {
    const configuration = readConfiguration(terminal);
    if (!configuration) return EXIT.badConfiguration;
    const parsed = parseNumber(raw);
    if ("problem" in parsed) {
      terminal.out(line("number", parsed.problem) + line("outcome", "rejected"));
      return EXIT.done;
    }
    const message = sampleMessage(parsed, String(values["template"] ?? "login_code_valid"), values["locale"]);
    terminal.out(describe(createRules(configuration), message));
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
    ...list("routes", policy ? [] : describeRoutes(rules, message)),
    ...list("chain", decision.candidates.map(describeCandidate)),
    line("text", `${decision.segments.count} segments, ${decision.segments.encoding}`),
    line("outcome", decision.refusedBecause ? `rejected: ${decision.refusedBecause}` : "tried along the chain"),
  ].join("");
}

/** Every route up to the first that matches, since later ones are never looked at. */
function describeRoutes({ routes }: Rules, message: Message): string[] {
  const match = findRoute(routes, message);
  const looked = match ? routes.slice(0, routes.indexOf(match) + 1) : routes;
  return looked.map((route) => `${route.name}: ${mismatch(route, message) ?? "matches"}`);
}

function describeCandidate({ provider, plan }: Candidate, place: number): string {
  return `${place + 1}. ${provider}: ${"sender" in plan ? `from ${plan.sender}` : `skipped, ${plan.incapable}`}`;
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
