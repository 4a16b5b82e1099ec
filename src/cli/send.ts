import { createProvider, planFor } from "../providers/registry.ts";
import { createTransport } from "../providers/transport.ts";
import { parseNumber } from "../sms/e164.ts";
import type { SendResult } from "../sms/send-result.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import { readConfiguration } from "./configuration.ts";
import { systemEffects } from "./effects.ts";
import { courierPlace, findGateway } from "./running-gateway.ts";
import { type Answered, tellAnswer } from "./tell-answer.ts";

const TIMEOUT_MS = 10_000;

/** `send <number> <text>`: through the running gateway as Kratos would; with `--via` through one account directly. */
export const send: Command = {
  usage: "<number> <text> [--via <provider>] [--url <gateway url>] [--key <API key>]",
  words: [2, 2],
  options: {
    via: { type: "string", says: "One account of the configuration, directly and without limits: a real SMS." },
    url: { type: "string", says: "Another gateway than the configuration's." },
    key: { type: "string", says: "The key that Kratos presents, instead of the configuration's." },
  },
  async run({ positionals: [to = "", text = ""], values: { via, url, key } }, terminal) {
    if (typeof via === "string") return sendVia(via, to, text, terminal);
    const found = courierPlace(findGateway(terminal));
    const place = String(url ?? found.url);
    const answer = await post(place, key ?? found.keys[0], { to, body: text });
    if (answer) return tellAnswer(answer, terminal);
    terminal.err(`nothing answers at ${place}; is the gateway running?\n`);
    return EXIT.failed;
  },
};

/** Undefined when nothing answers. */
async function post(url: string, apiKey: unknown, body: object): Promise<Answered | undefined> {
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    ...(apiKey ? { "X-API-Key": String(apiKey) } : {}),
  };
  const request = { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS) };
  try {
    const answer = await fetch(new URL("/courier/sms", url), request);
    return { status: answer.status, outcome: answer.headers.get("x-outcome") ?? undefined, body: await answer.text() };
  } catch {
    return undefined;
  }
}

async function sendVia(name: string, to: string, text: string, terminal: Terminal): Promise<number> {
  const configuration = readConfiguration(terminal);
  if (!configuration) return EXIT.badConfiguration;
  const { providers, mode } = configuration;
  const refuse = (reason: string) => {
    terminal.err(`${reason}\n`);
    return EXIT.usage;
  };
  const options = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (!options) return refuse(`there is no provider ${name}; there are ${Object.keys(providers).join(", ")}`);
  if (mode === "dev") return refuse("dev mode sends nothing; --via needs mode: live");
  const parsed = parseNumber(to);
  if ("problem" in parsed) return refuse(parsed.problem);
  const { clock, random, proxy } = systemEffects(terminal.environment);
  const sms = { attemptId: random.id(), to: parsed.number, country: parsed.country, text };
  const plan = planFor(options, sms);
  if ("incapable" in plan) return refuse(plan.incapable);
  const transport = createTransport({ clock, ...proxy });
  const provider = await createProvider(name, options, { transport, clock }).catch((error: Error) => error.message);
  if (typeof provider === "string") return refuse(provider);
  const result = await provider.send(sms, AbortSignal.timeout(TIMEOUT_MS));
  provider.close?.();
  await transport.close();
  terminal.out(`${describe(result)}\n`);
  return result.outcome === "sent" || result.outcome === "captured" ? EXIT.done : EXIT.failed;
}

function describe(result: SendResult): string {
  if (result.outcome === "captured") return "captured by the inbox";
  if (result.outcome === "sent") return `sent, ${result.providerMessageId ?? "id unknown"}`;
  return `${result.outcome}: ${result.kind}, ${result.detail}${result.vendorCode ? ` (${result.vendorCode})` : ""}`;
}
