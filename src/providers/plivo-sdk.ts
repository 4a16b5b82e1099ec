import { MessageInterface } from "plivo/dist/resources/messages.js";
import { camelCaseRequestWrapper } from "plivo/dist/rest/utils.js";
import manifest from "plivo/package.json" with { type: "json" };

/** The version of the SDK. */
export const SDK_VERSION: string = manifest.version;

/** What the SDK makes of an answer. */
export interface SdkAnswer {
  messageUuid?: unknown;
  /** The numbers that Plivo turned down; spelled so by the SDK. */
  invalid_number?: unknown;
}

/** The part of the SDK that the typings leave out. */
export interface MessageResource {
  create(
    src: string | undefined,
    dst: string,
    text: string,
    optional: Record<string, unknown>,
    powerpackUuid: string | undefined,
  ): Promise<SdkAnswer>;
}

/** The SDK's message resource and its spelling of field names without its client, which changes the axios of everyone. */
export function messageResource(
  request: (method: string, action: string, parameters: object) => Promise<{ body: unknown }>,
): MessageResource {
  return new MessageInterface(camelCaseRequestWrapper(request)) as unknown as MessageResource;
}
