import * as versionModule from "twilio/lib/base/Version.js";
import { MessageListInstance } from "twilio/lib/rest/api/v2010/account/message.js";
import manifest from "twilio/package.json" with { type: "json" };

/** What the SDK's message resource asks of the client that is not there. */
export interface SdkRequest {
  uri: string;
  headers: Record<string, string>;
  data: Record<string, string>;
}

/** What the SDK reads of an answer. */
export interface SdkAnswer {
  statusCode: number;
  body: string;
}

/** The version of the SDK. */
export const SDK_VERSION: string = manifest.version;

/** The SDK's message resource without its client, which loads every product of Twilio and rewrites hosts. */
export function messageResource(
  accountSid: string,
  request: (request: SdkRequest) => Promise<SdkAnswer>,
): MessageListInstance {
  return MessageListInstance(new Version({ request }, "2010-04-01"), accountSid);
}

type VersionClass = new (client: object, version: string) => Parameters<typeof MessageListInstance>[0];

const Version = versionClass(versionModule.default);

/** Node gives all of a CommonJS module as its default; other loaders give what the module itself calls so. */
function versionClass(module: unknown): VersionClass {
  return (module as { default?: VersionClass }).default ?? (module as VersionClass);
}
