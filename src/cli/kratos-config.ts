import { reachableUrl } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { kratosBlock } from "../kratos-block.ts";
import { Secret } from "../values/secret.ts";
import { type Command, EXIT } from "./command.ts";

const ASSUMED = { listen: { host: "127.0.0.1", port: 8080 }, apiKeys: [{ id: "", secret: new Secret("") }] };

/** `kratos-config [--docker]`: the block to paste into `kratos.yml`, for Kratos on this host or in a container. */
export const kratosConfig: Command = {
  usage: "[--docker]",
  words: [0, 0],
  options: { docker: { type: "boolean", says: "For a Kratos in a container on this machine." } },
  async run({ values }, terminal) {
    const loaded = loadConfiguration(terminal.environment);
    const found = "configuration" in loaded ? loaded.configuration : undefined;
    if (!found) terminal.err("the configuration has problems (see check); this block assumes port 8080 and a key\n");
    const { listen, apiKeys } = found ?? ASSUMED;
    const url = reachableUrl(values["docker"] ? { host: "host.docker.internal", port: listen.port } : listen);
    terminal.out(kratosBlock({ apiKeys }, url));
    return EXIT.done;
  },
};
