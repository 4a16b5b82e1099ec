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

/** What the SDK reads of an answer; a text is parsed by it. */
export interface SdkAnswer {
  statusCode: number;
  body: string | object;
}

/** Makes one request in the SDK's place. */
export type SdkTransport = (request: SdkRequest) => Promise<SdkAnswer>;

/** What the SDK makes of an answer, as far as we read it. */
export interface SdkMessage {
  sid: string;
  status: string;
  errorCode: number;
}

/** The version of the SDK. */
export const SDK_VERSION: string = manifest.version;

/**
 * The SDK's message resource without its client, which loads every product of Twilio and rewrites hosts. One resource
 * serves all attempts, each of which hands its own transport in: the SDK asks for its request before `create` returns.
 */
export function messageResource(
  accountSid: string,
): (transport: SdkTransport, message: NewMessage) => Promise<SdkMessage> {
  let current: SdkTransport;
  class HandedVersion extends Version {
    // The SDK would build a regular expression twice to take the slashes off a path that it made itself.
    override request({ uri, headers, data }: SdkRequest): Promise<SdkAnswer> {
      return current({ uri: `${API_VERSION}${uri}`, headers, data });
    }
  }
  const list = MessageListInstance(new HandedVersion({}, API_VERSION), accountSid);
  return (transport, message) => {
    current = transport;
    return list.create(message as MessageListInstanceCreateOptions);
  };
}

const API_VERSION = "2010-04-01";

type VersionClass = new (
  client: object,
  version: string,
) => Parameters<typeof MessageListInstance>[0] & { request(request: SdkRequest): Promise<SdkAnswer> };

const Version = versionClass(versionModule.default);

/** Node gives all of a CommonJS module as its default; other loaders give what the module itself calls so. */
function versionClass(module: unknown): VersionClass {
  return (module as { default?: VersionClass }).default ?? (module as VersionClass);
}
