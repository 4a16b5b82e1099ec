import { readFileSync } from "node:fs";
import { packageFile } from "../values/package-file.ts";

/** Stands in a block where the person's own key belongs; the key itself is printed nowhere. */
export const API_KEY_PLACEHOLDER = "put the GATEWAY_API_KEY here";

/** Where Kratos finds the gateway and how it proves itself. */
export interface PasteBlockOptions {
  /** The whole address of the webhook as Kratos sees it, such as `http://host.docker.internal:8080/courier/sms`. */
  url: string;
  /** Absent when the gateway asks for none; the block then shows where a key would go. */
  apiKey?: string;
  /** What {@link courierJsonnetBase64} gives. */
  jsonnetBase64: string;
}

/**
 * The `courier:` block for kratos.yml that sends every SMS to this gateway.
 *
 * @see https://www.ory.com/docs/kratos/emails-sms/sending-sms
 */
export function pasteBlock({ url, apiKey, jsonnetBase64 }: PasteBlockOptions): string {
  return `courier:
  # Kratos tries once a second: its default of 5 is shorter than a restart.
  message_retries: 30
  channels:
    - id: sms # the only id that Kratos knows; of two such channels the second is never used
      type: http # not optional: without it every SMS fails
      request_config:
        url: ${quoted(url)}
        method: POST # not optional: without it Kratos sends GET
        # sms.jsonnet of kratos-sms-gateway: leaves the person's traits behind.
        body: ${quoted(jsonnetBase64)}
        headers:
          Content-Type: application/json # exactly so: with "; charset=utf-8" every SMS fails
${authLines(apiKey)}`;
}

/** The Jsonnet template for Kratos as the one `base64://` line it takes. */
export function courierJsonnetBase64(): string {
  // The folder is as far from src/kratos as from dist/kratos.
  return readFileSync(packageFile("courier-jsonnet/sms.jsonnet.base64"), "utf8").trim();
}

function authLines(apiKey: string | undefined): string {
  const lines = [
    "auth:",
    "  type: api_key",
    "  config:",
    "    in: header",
    "    name: X-API-Key",
    `    value: ${quoted(apiKey ?? API_KEY_PLACEHOLDER)}`,
  ];
  if (apiKey !== undefined) return lines.map((line) => `        ${line}\n`).join("");
  const hint = "        # The gateway asks for no key yet. Once it does:\n";
  return hint + lines.map((line) => `        # ${line}\n`).join("");
}

/** A JSON string is a YAML string too, whatever it holds. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
