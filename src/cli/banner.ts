import type { RunningApp } from "../app.ts";
import type { Configuration } from "../config/configuration.ts";
import type { EnvironmentFindings } from "../config/environment.ts";
import { kratosBlock } from "../kratos-block.ts";

/** What a developer sees first: the block for `kratos.yml`, and below it, still on the screen, where everything is. */
export function devBanner(
  urls: RunningApp["urls"],
  configuration: Configuration,
  findings?: EnvironmentFindings,
): string {
  const { source, inbox } = configuration;
  return [
    "For kratos.yml, merged into the courier: section that may be there (the command kratos-config prints it again):",
    "",
    kratosBlock(configuration, urls.gateway),
    "  DEV MODE: no SMS is sent, the inbox shows every code.",
    "",
    `  Inbox    ${urls.inbox}${inbox?.token ? "/?token=…" : ""}`,
    `  Gateway  ${urls.gateway}/courier/sms`,
    `  Ops      ${urls.ops}/readyz`,
    "",
    `  Configuration: ${source}`,
    ...(findings ? describeFindings(findings) : []),
    "",
    "",
  ].join("\n");
}

function describeFindings({ found, missing }: EnvironmentFindings): string[] {
  const lines = found.length > 0 ? [`  Found:         ${found.join(", ")}`] : [];
  return [...lines, ...missing.map((need, index) => `  ${index === 0 ? "Live needs:   " : "              "} ${need}`)];
}
