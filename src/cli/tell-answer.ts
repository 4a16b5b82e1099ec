import { EXIT, type Terminal } from "./command.ts";
import { programName } from "./program-name.ts";

/** What the gateway answered; `outcome` is absent when it was no gateway. */
export interface Answered {
  status: number;
  outcome: string | undefined;
  body: string;
}

/** What a person who sends by hand calls success. */
const TAKEN = ["sent", "captured", "duplicate"];
/** Where whoever stands before another outcome looks next. */
const WAYS_OUT: Record<string, string> = {
  unauthorized: "name one of the gateway's auth.keys with --key",
  invalid: "write the number with + and country code, and a text",
};

/** Prints the answer as it came, and of a message that was not sent why, and where to look next. */
export function tellAnswer({ status, outcome, body }: Answered, { out, err, environment }: Terminal): number {
  out(`${status} ${body}\n`);
  if (outcome === undefined) {
    err("what answers there is no gateway of ours: name its listener with --url\n");
    return EXIT.failed;
  }
  if (TAKEN.includes(outcome)) return EXIT.done;
  const wayOut = WAYS_OUT[outcome] ?? lookUp(programName(environment));
  err(`${outcome}: ${reasonIn(body)}\n  ${wayOut}\n`);
  return EXIT.failed;
}

const lookUp = (program: string) =>
  `\`${program} explain <number>\` shows the rules, \`${program} why <number>\` what each provider said`;

function reasonIn(body: string): string {
  const { reason, detail } = parseObject(body);
  return String(reason ?? detail ?? "the gateway says no more");
}

function parseObject(text: string): { reason?: unknown; detail?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
