import * as versionModule from "twilio/lib/base/Version.js";
import {
  MessageListInstance,
  type MessageListInstanceCreateOptions,
} from "twilio/lib/rest/api/v2010/account/message.js";
import manifest from "twilio/package.json" with { type: "json" };

/** What the SDK's message resource asks of the client that is not there. */
export interface SdkRequest {
  uri: string;
  headers: { "Content-Type": string; Accept: string };
  data: Record<string, string>;
}

/** What the SDK is told of a message; what it is not told is left out of the request. */
export interface NewMessage {
  from: string | undefined;
  messagingServiceSid: string | undefined;
  to: string;
  body: string;
  /** In seconds. */
  validityPeriod: number | undefined;
}

/** The version of the SDK. */
export const SDK_VERSION: string = manifest.version;

/**
 * How the SDK's message resource asks for a message to be created: without its client, which loads every product of Twilio and
 * rewrites hosts, and without what it makes of an answer, an object of two dozen fields of which three are looked at.
 */
export function createRequests(accountSid: string): (message: NewMessage) => SdkRequest {
  let asked: SdkRequest | undefined;
  class AskedVersion extends Version {
    // Answers nothing, and takes no slashes off a path that the SDK made itself, for which that builds regular expressions.
    override create({ uri, headers, data }: SdkRequest): Promise<never> {
      asked = { uri: `${API_VERSION}${uri}`, headers, data };
      return new Promise(() => {});
    }
  }
  const list = MessageListInstance(new AskedVersion({}, API_VERSION), accountSid);
  return (message) => {
    void list.create(message as MessageListInstanceCreateOptions);
    const request = asked;
    asked = undefined;
    if (!request) throw new Error("the SDK did not ask for its request at once");
    return request;
  };
}

const API_VERSION = "2010-04-01";

type VersionClass = new (
  client: object,
  version: string,
) => Parameters<typeof MessageListInstance>[0] & { create(request: SdkRequest): Promise<never> };

const Version = versionClass(versionModule.default);

/** Node gives all of a CommonJS module as its default; other loaders give what the module itself calls so. */
function versionClass(module: unknown): VersionClass {
  return (module as { default?: VersionClass }).default ?? (module as VersionClass);
}
