import type { Configuration } from "./config/configuration.ts";
import { API_KEY_PLACEHOLDER, courierJsonnetBase64, pasteBlock } from "./kratos/paste-block.ts";

/** The block for `kratos.yml` that posts to a gateway at this URL; with a place for the key where one is asked for. */
export function kratosBlock({ apiKeys }: Pick<Configuration, "apiKeys">, gatewayUrl: string): string {
  const key = apiKeys.length > 0 ? { apiKey: API_KEY_PLACEHOLDER } : {};
  return pasteBlock({ url: `${gatewayUrl}/courier/sms`, jsonnetBase64: courierJsonnetBase64(), ...key });
}
