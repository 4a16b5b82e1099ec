import { stringify } from "node:querystring";
import { z } from "zod";
import type { Plan } from "../sms/decision.ts";
import type { NotSentKind } from "../sms/send-result.ts";
import { basicAuth } from "../values/basic-auth.ts";
import { secretOption } from "../values/options.ts";
import {
  baseUrlOption,
  carriesNames,
  isAlphanumeric,
  maxInFlightOption,
  NO_SENDER,
  pricesOption,
  senderFor,
  sendersOption,
} from "./account-options.ts";
import { type Exchanged, exchange } from "./exchange.ts";
import type { Provider, ProviderEffects, ProviderType, Sms } from "./provider.ts";
import { type Decoded, readAnswer, type VendorAnswers } from "./read-answer.ts";
import type { Answer, TransportRequest } from "./transport.ts";
import type { NewMessage } from "./twilio-sdk.ts";
import { validitySeconds } from "./validity.ts";

const FROM = /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;

const senderOption = z.union(
  [
    z.strictObject({
      messagingServiceSid: z
        .string()
        .regex(/^MG[\w-]+$/, "must start with MG")
        .describe("A Messaging Service, which chooses the sender itself; begins with MG."),
    }),
    z.strictObject({
      from: z
        .string()
        .regex(FROM, "must be a number with +, a short code, or a name of at most 11 letters and digits")
        .describe("One sender: a number with +, a short code, or a name of at most 11 letters and digits."),
    }),
  ],
  "must be either { from } or { messagingServiceSid }",
);

const twilioOptions = z
  .strictObject({
    type: z.literal("twilio").describe("The vendor."),
    accountSid: z
      .string()
      .regex(/^AC[\w-]+$/, "must start with AC")
      .describe("The account, as Twilio's console shows it; begins with AC."),
    authToken: secretOption.optional().describe("The account's token; an API key in its place can be revoked alone."),
    apiKeySid: z
      .string()
      .regex(/^SK[\w-]+$/, "must start with SK")
      .optional()
      .describe("An API key of the account instead of its token; begins with SK."),
    apiKeySecret: secretOption.optional().describe("The secret of that API key."),
    sender: sendersOption(senderOption),
    maxInFlight: maxInFlightOption,
    prices: pricesOption.optional(),
    baseUrl: baseUrlOption.default("https://api.twilio.com"),
  })
  .refine(
    ({ authToken, apiKeySid, apiKeySecret }) =>
      authToken ? !apiKeySid && !apiKeySecret : apiKeySid !== undefined && apiKeySecret !== undefined,
    { error: "needs either authToken or both apiKeySid and apiKeySecret", path: ["authToken"] },
  )
  .describe("Twilio Programmable Messaging; wants `authToken`, or `apiKeySid` and `apiKeySecret`.");

/** One Twilio account. */
export type TwilioOptions = z.output<typeof twilioOptions>;

/**
 * Twilio Programmable Messaging.
 *
 * `POST /2010-04-01/Accounts/AC…/Messages.json` with `To=%2B14155550101&ValidityPeriod=300&From=ACME&Body=Your%20code…`,
 * answered by 201 and `{"sid":"SM…","status":"queued","error_code":null,…}`.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
 */
export const twilio = { type: "twilio", options: twilioOptions, plan, create } satisfies ProviderType<TwilioOptions>;

function plan(options: TwilioOptions, { country, text }: Pick<Sms, "country" | "text">): Plan {
  const sender = senderFor(options.sender, country);
  if (sender === undefined) return { incapable: `no sender for ${country} and no default` };
  if (text.length > 1_600) return { incapable: "Twilio takes at most 1600 characters" };
  if ("messagingServiceSid" in sender) return { sender: sender.messagingServiceSid };
  if (isAlphanumeric(sender.from) && !carriesNames(country)) {
    return { incapable: `${country} takes no alphanumeric sender` };
  }
  return { sender: sender.from };
}

async function create(name: string, options: TwilioOptions, effects: ProviderEffects): Promise<Provider> {
  const requestFor = await loadRequests(options);
  return {
    name,
    send(sms, signal) {
      const sender = senderFor(options.sender, sms.country);
      if (sender === undefined) return Promise.resolve(NO_SENDER);
      const wallMs = effects.clock.wallMs();
      const validityPeriod = validitySeconds(sms.expiresAt, wallMs, { min: 5, max: 36_000 });
      const { from, messagingServiceSid } = { from: undefined, messagingServiceSid: undefined, ...sender };
      const message = { from, messagingServiceSid, to: sms.to, body: sms.text, validityPeriod };
      return exchange(effects.transport, signal, (request) => request(requestFor(message))).then((exchanged) =>
        readAnswer(ANSWERS, exchanged.answer, decode(exchanged), { sms, wallMs }),
      );
    },
  };
}

async function loadRequests(options: TwilioOptions): Promise<(message: NewMessage) => TransportRequest> {
  const { createRequests, SDK_VERSION } = await import("./twilio-sdk.ts");
  const { origin, pathname } = new URL(options.baseUrl);
  const authorization = basicAuth(username(options), password(options));
  const userAgent = `twilio-node/${SDK_VERSION} (${process.platform} ${process.arch}) node/${process.version}`;
  const base = pathname.replace(/\/$/, "");
  const createRequest = createRequests(options.accountSid);
  return (message) => {
    const { uri, headers: sdkHeaders, data } = createRequest(message);
    const headers = {
      "Content-Type": sdkHeaders["Content-Type"],
      Accept: sdkHeaders.Accept,
      Authorization: authorization,
      "Accept-Charset": "utf-8",
      "User-Agent": userAgent,
    };
    return { method: "POST", origin, path: `${base}/${uri}`, headers, body: stringify(data) };
  };
}

function username({ apiKeySid, accountSid }: TwilioOptions): string {
  return apiKeySid ?? accountSid;
}

function password({ authToken, apiKeySecret }: TwilioOptions): string {
  return (authToken ?? apiKeySecret)?.reveal() ?? "";
}

const ACCEPTED = 201;

/** What Twilio made of the message is in a 201, and what is wrong with it in any other answer. */
function decode({ result }: Exchanged<Answer>): Decoded {
  try {
    const { sid, status, error_code: errorCode, code } = JSON.parse(result?.body ?? "");
    const refused = status === "failed" || status === "undelivered";
    return { readable: true, id: sid, code: result?.status === ACCEPTED ? errorCode : code, refused };
  } catch {
    return { readable: false };
  }
}

/**
 * Codes that come with a 4xx; the 3xxxx ones come where a message failed at once inside a 201.
 *
 * @see https://www.twilio.com/docs/api/errors
 */
const CODES: Record<string, NotSentKind> = {
  ...kinds("unauthorized", 10001, 20003, 20005, 20006, 20008, 20010, 20403, 20404, 30002),
  ...kinds("rate-limited", 20429, 21611, 30001, 30022, 30023, 30027),
  ...kinds("invalid-recipient", 21211, 21217, 21401, 21421, 21614, 30005, 30006, 30014),
  ...kinds("opted-out", 21610, 30004),
  ...kinds("fraud-block", 30450, 30453),
  // Geographic permission, and trial accounts, which reach verified numbers only.
  ...kinds("destination-barred", 21408, 21210, 21219, 21608),
  ...kinds("sender-refused", 21212, 21603, 21606, 21607, 21612, 21616, 21654, 21655, 21656, 21657, 21659, 21660, 21661),
  ...kinds("sender-refused", 21701, 21703, 21704, 21705, 21711, 21717, 30018, 30024, 30032, 30034, 30035),
  // 14107: more than 15 messages between two numbers within 30 s, whatever they say.
  ...kinds("message-refused", 14107, 21602, 21604, 21605, 21609, 21617, 21618, 21619, 21624, 21658, 30007),
  ...kinds("message-refused", 30009, 30010, 30011, 30012, 30013, 30015, 30016),
};

const ANSWERS: VendorAnswers = {
  vendor: "Twilio",
  acceptedStatus: ACCEPTED,
  contentType: "application/json",
  codes: CODES,
  statuses: { 403: "unauthorized", 404: "unauthorized" },
};

function kinds(kind: NotSentKind, ...codes: number[]): Record<string, NotSentKind> {
  return Object.fromEntries(codes.map((code) => [code, kind]));
}
