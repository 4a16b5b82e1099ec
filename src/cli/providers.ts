import { ADMIN_OPTIONS, ADMIN_USAGE, askAdmin } from "./admin.ts";
import { type Command, EXIT } from "./command.ts";
import { programName } from "./program-name.ts";
import { askedInWords, type ProviderState } from "./provider-state.ts";

/** `providers`: which are asked at present and why not; `providers disable <name>` and `enable` switch one for all replicas. */
export const providers: Command = {
  usage: `[disable|enable <name>] ${ADMIN_USAGE}`,
  words: [0, 2],
  options: ADMIN_OPTIONS,
  async run(args, terminal) {
    const [deed, name] = args.positionals;
    const switches = deed === "disable" || deed === "enable";
    if (deed !== undefined && !(switches && name !== undefined)) {
      terminal.err(`usage: ${programName(terminal.environment)} providers [disable|enable <name>]\n`);
      return EXIT.usage;
    }
    const path = `/admin/providers${name === undefined ? "" : `/${encodeURIComponent(name)}/${deed}`}`;
    const method = switches ? "POST" : "GET";
    const answer = await askAdmin<{ providers: ProviderState[] }>(args, terminal, { method, path });
    if (typeof answer === "number") return answer;
    const width = Math.max(...answer.providers.map(({ name }) => name.length));
    terminal.out(answer.providers.map((provider) => `${provider.name.padEnd(width)}  ${stateOf(provider)}\n`).join(""));
    const enableAgain = `${programName(terminal.environment)} providers enable ${name}`;
    if (deed === "disable") terminal.err(hintAfterDisable(answer.providers, enableAgain));
    return EXIT.done;
  },
};

/** Whoever switches off at night wants to know what that leaves, and how it is undone. */
function hintAfterDisable(providers: ProviderState[], enableAgain: string): string {
  const isLast = providers.every(({ enabled }) => !enabled);
  const warning = isLast ? "warning: nobody is left to ask, and every message fails\n" : "";
  return `${warning}it stays switched off until: ${enableAgain}\n`;
}

function stateOf(state: ProviderState): string {
  return `${askedInWords(state)}, circuit ${state.breaker}, ${state.inFlight} under way`;
}
