import { createInboxClient, type InboxClient, isInboxError } from "../client/client.ts";
import { reachableUrl } from "../config/configuration.ts";
import { readVariable } from "../config/variables.ts";
import { type Arguments, EXIT, type Terminal } from "./command.ts";
import { readConfiguration } from "./configuration.ts";

/** The flags that name another inbox than the configuration's. */
export const INBOX_OPTIONS = {
  url: { type: "string", says: "Another inbox than the configuration's." },
  key: { type: "string", says: "The inbox's token, instead of the configuration's or INBOX_TOKEN." },
} as const;

/** As the usage shows them. */
export const INBOX_USAGE = "[--url <inbox url>] [--key <inbox token>]";

/** Lets a command use the running gateway's inbox; whatever the client throws becomes a sentence and an exit code. */
export async function withInbox(
  { values: { url, key } }: Arguments,
  terminal: Terminal,
  use: (inbox: InboxClient) => Promise<number>,
): Promise<number> {
  const token = typeof key === "string" ? key : undefined;
  const place = typeof url === "string" ? namedInbox(url, token, terminal) : configuredInbox(terminal);
  if (typeof place === "number") return place;
  try {
    return await use(createInboxClient({ ...place, ...(token !== undefined && { token }) }));
  } catch (error) {
    if (!isInboxError(error)) throw error;
    terminal.err(`${error.message}\n`);
    return EXIT_BY_CODE[error.code];
  }
}

const EXIT_BY_CODE = {
  timeout: EXIT.timeout,
  unreachable: EXIT.failed,
  unauthorized: EXIT.failed,
  "bad-request": EXIT.usage,
  failed: EXIT.failed,
} as const;

type Place = { url: string; token?: string };

/** An inbox without a configuration: its token, unless given, is in the environment as the gateway's own is. */
function namedInbox(url: string, key: string | undefined, { environment, err }: Terminal): Place | number {
  const variable = key === undefined ? readVariable(environment, "INBOX_TOKEN") : undefined;
  if (!variable) return { url };
  if ("value" in variable) return { url, token: variable.value };
  err(`INBOX_TOKEN: ${variable.problem}\n`);
  return EXIT.badConfiguration;
}

function configuredInbox(terminal: Terminal): Place | number {
  const configuration = readConfiguration(terminal);
  if (!configuration) return EXIT.badConfiguration;
  const { inbox, source, mode } = configuration;
  if (inbox) return { url: reachableUrl(inbox), ...(inbox.token && { token: inbox.token.reveal() }) };
  terminal.err(`${source} is for ${mode} mode without an inbox; name the one of another gateway with --url\n`);
  return EXIT.failed;
}
