import type { RunningApp } from "../app.ts";
import type { Configuration } from "../config/configuration.ts";
import type { EnvironmentFindings } from "../config/environment.ts";
import { courierJsonnetBase64, pasteBlock } from "../kratos/paste-block.ts";

/** What a developer sees first: that nothing is sent, where everything is, and the block for `kratos.yml`. */
export function devBanner(
  urls: RunningApp["urls"],
  { source, inbox }: Configuration,
  findings?: EnvironmentFindings,
): string {
  const block = pasteBlock({ url: `${urls.gateway}/courier/sms`, jsonnetBase64: courierJsonnetBase64() });
  return [
    "",
    "  DEV MODE: no SMS is sent, the inbox shows every code.",
    "",
    `  Inbox    ${urls.inbox}${inbox?.token ? "/?token=…" : ""}`,
    `  Gateway  ${urls.gateway}/courier/sms`,
    `  Ops      ${urls.ops}/readyz`,
    "",
    `  Configuration: ${source}`,
    ...(findings ? describeFindings(findings) : []),
    "",
    "  Paste this into kratos.yml:",
    "",
    ...block.trimEnd().split("\n"),
    "",
    "",
  ].join("\n");
}

function describeFindings({ found, missing }: EnvironmentFindings): string[] {
  const lines = found.length > 0 ? [`  Found:         ${found.join(", ")}`] : [];
  return [...lines, ...missing.map((need, index) => `  ${index === 0 ? "Live needs:   " : "              "} ${need}`)];
}
