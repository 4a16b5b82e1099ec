import { reachableUrl } from "../config/configuration.ts";
import { courierJsonnetBase64, pasteBlock } from "../kratos/paste-block.ts";
import { type Command, EXIT } from "./command.ts";
import { readConfiguration } from "./configuration.ts";

/** `kratos-config [--docker]`: the block to paste into `kratos.yml`, for Kratos on this host or in a container. */
export const kratosConfig: Command = {
  usage: "[--docker]",
  words: [0, 0],
  options: { docker: { type: "boolean" } },
  async run({ values }, terminal) {
    const configuration = readConfiguration(terminal);
    if (!configuration) return EXIT.badConfiguration;
    const { host, port } = configuration.listen;
    const base = values["docker"] ? reachableUrl({ host: "host.docker.internal", port }) : reachableUrl({ host, port });
    terminal.out(pasteBlock({ url: `${base}/courier/sms`, jsonnetBase64: courierJsonnetBase64() }));
    return EXIT.done;
  },
};
