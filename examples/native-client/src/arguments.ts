import { parseArgs } from "node:util";

/** What the command line says. */
export interface Arguments {
  kratosUrl: string;
  inboxUrl?: string;
  /** What the inbox asks for when it is bound wider than loopback. */
  inboxToken?: string;
  /** Show each request and its answer. */
  steps: boolean;
  /** Run the smoke test instead of asking. */
  auto: boolean;
  /** Show the token of the session that the smoke test ends with. */
  printToken: boolean;
}

type Environment = Record<string, string | undefined>;

/** How to call this. */
export const USAGE = `usage: npm start -- [options]
  --kratos <url>   Kratos' public URL (KRATOS_URL, http://127.0.0.1:4433)
  --inbox <url>    take codes from the gateway's inbox, http://127.0.0.1:8026, instead of asking for them;
                   INBOX_TOKEN where that asks for one
  --steps          show each HTTP request and its answer
  --auto           sign up a fresh number, out, in, recover; exit 0 when all of it works (needs --inbox)
  --print-token    with --auto: show the token of the session that it ends with`;

const OPTIONS = {
  kratos: { type: "string" },
  inbox: { type: "string" },
  steps: { type: "boolean" },
  auto: { type: "boolean" },
  "print-token": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads the command line; or says what is wrong with it, and nothing more when it only asks for help. */
export function readArguments(args: string[], environment: Environment): Arguments | { problem: string | undefined } {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.help) return { problem: undefined };
    const kratosUrl = values.kratos ?? (environment["KRATOS_URL"] || "http://127.0.0.1:4433");
    if (!isUrl(kratosUrl)) return { problem: "--kratos needs a URL such as http://127.0.0.1:4433" };
    if (values.inbox !== undefined && !isUrl(values.inbox)) return { problem: "--inbox needs a URL" };
    if (values.auto && values.inbox === undefined) return { problem: "--auto needs --inbox: it reads codes there" };
    if (values["print-token"] && !values.auto) return { problem: "--print-token goes with --auto" };
    const inbox = values.inbox === undefined ? {} : { inboxUrl: values.inbox };
    const token = environment["INBOX_TOKEN"] ? { inboxToken: environment["INBOX_TOKEN"] } : {};
    const { steps = false, auto = false, "print-token": printToken = false } = values;
    return { kratosUrl, ...inbox, ...token, steps, auto, printToken };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
