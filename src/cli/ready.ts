import { ADMIN_OPTIONS } from "./admin.ts";
import { type Command, EXIT } from "./command.ts";
import { findGateway, opsPlace } from "./running-gateway.ts";

const TIMEOUT_MS = 3_000;

/** `ready [--url U]`: exit 0 when the running gateway takes messages; made for a container's health check. */
export const ready: Command = {
  usage: "[--url <ops url>]",
  words: [0, 0],
  options: { url: ADMIN_OPTIONS.url },
  async run({ values }, terminal) {
    const url = String(values["url"] ?? opsPlace(findGateway(terminal)).url);
    try {
      const answer = await fetch(new URL("/readyz", url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
      terminal.out(await answer.text());
      return answer.ok ? EXIT.done : EXIT.failed;
    } catch {
      terminal.err(`nothing answers at ${url}\n`);
      return EXIT.failed;
    }
  },
};
