import { courierJsonnetBase64 } from "../kratos/paste-block.ts";
import { type Command, EXIT } from "./command.ts";

/** `jsonnet [--base64]`: what Kratos evaluates to make the webhook's body. */
export const jsonnet: Command = {
  usage: "[--base64]",
  words: [0, 0],
  options: { base64: { type: "boolean", says: "Prints it as kratos.yml takes it: base64://…" } },
  async run({ values }, { out }) {
    const line = courierJsonnetBase64();
    const source = Buffer.from(line.replace(/^base64:\/\//, ""), "base64").toString("utf8");
    out(values["base64"] ? `${line}\n` : source);
    return EXIT.done;
  },
};
