import { z } from "zod";
import type { Plan } from "../sms/decision.ts";
import { countSegments } from "../sms/segments.ts";
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
import { type Exchanged, exchange, type RequestOnce } from "./exchange.ts";
import type { MessageResource, SdkAnswer } from "./plivo-sdk.ts";
import type { Provider, ProviderEffects, ProviderType, Sms } from "./provider.ts";
import { type Decoded, readAnswer, type VendorAnswers } from "./read-answer.ts";
import { validitySeconds } from "./validity.ts";

const FROM = /^(\+?[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9]{1,11})$/;

const senderOption = z.union(
  [
    z.strictObject({
      from: z
        .string()
        .regex(FROM, "must be a number, a short code, or a name of at most 11 letters and digits")
        .describe("One sender: a number, a short code, or a name of at most 11 letters and digits."),
    }),
    z.strictObject({
      powerpackUuid: z
        .string()
        .regex(/^[\w-]+$/, "must be a UUID")
        .describe("A Powerpack, which chooses the sender itself."),
    }),
  ],
  "must be either { from } or { powerpackUuid }",
);

const plivoOptions = z
  .strictObject({
    type: z.literal("plivo").describe("The vendor."),
    authId: z
      .string()
      .regex(/^[\w-]+$/, "must be letters and digits")
      .describe("The account, as Plivo's console shows it."),
    authToken: secretOption.describe("The account's token."),
    sender: sendersOption(senderOption),
    maxInFlight: maxInFlightOption,
    prices: pricesOption.optional(),
    baseUrl: baseUrlOption.default("https://api.plivo.com"),
  })
  .describe("Plivo Messaging.");

/** One Plivo account. */
export type PlivoOptions = z.output<typeof plivoOptions>;

/**
 * Plivo Messaging.
 *
 * `POST /v1/Account/MA…/Message/` with `{"type":"sms","log":"false","message_expiry":300,"src":"14155550101","dst":"…","text":"…"}`,
 * answered by 202 and `{"message":"message(s) queued","message_uuid":["…"],"api_id":"…"}`.
 *
 * @see https://www.plivo.com/docs/messaging/api/message/send-a-message
 */
export const plivo = { type: "plivo", options: plivoOptions, plan, create } satisfies ProviderType<PlivoOptions>;

function plan(options: PlivoOptions, { country, text }: Pick<Sms, "country" | "text">): Plan {
  const sender = senderFor(options.sender, country);
  if (sender === undefined) return { incapable: `no sender for ${country} and no default` };
  if (isTooLong(text)) return { incapable: "Plivo takes at most 1600 characters, 737 outside the GSM alphabet" };
  if ("powerpackUuid" in sender) return { sender: sender.powerpackUuid };
  if (isAlphanumeric(sender.from) && !carriesNames(country)) {
    return { incapable: `${country} takes no alphanumeric sender` };
  }
  return { sender: sender.from };
}

function isTooLong(text: string): boolean {
  if (text.length <= 737) return false;
  return text.length > 1_600 || countSegments(text).encoding === "UCS-2";
}

async function create(name: string, options: PlivoOptions, effects: ProviderEffects): Promise<Provider> {
  const messages = await loadMessages(options);
  return {
    name,
    send(sms, signal) {
      const sender = senderFor(options.sender, sms.country);
      if (sender === undefined) return Promise.resolve(NO_SENDER);
      const wallMs = effects.clock.wallMs();
      const expiry = validitySeconds(sms.expiresAt, wallMs, { min: 5, max: 10_799 });
      // With `log: "false"` Plivo keeps neither the text nor the whole number.
      const optional = { type: "sms", log: "false", ...(expiry !== undefined && { message_expiry: expiry }) };
      const [src, powerpack] = "from" in sender ? [digits(sender.from), undefined] : [undefined, sender.powerpackUuid];
      return exchange(effects.transport, signal, (request) =>
        messages(request).create(src, digits(sms.to), sms.text, optional, powerpack),
      ).then((exchanged) => readAnswer(ANSWERS, exchanged.answer, decode(exchanged), { sms, wallMs }));
    },
  };
}

/** Loads the SDK and answers with its message resource for one attempt. */
async function loadMessages(options: PlivoOptions): Promise<(request: RequestOnce) => MessageResource> {
  const { messageResource, SDK_VERSION } = await import("./plivo-sdk.ts");
  const { origin, pathname } = new URL(`${options.baseUrl}/v1/Account/${options.authId}/`);
  const headers = {
    Authorization: basicAuth(options.authId, options.authToken.reveal()),
    "User-Agent": `plivo-node/${SDK_VERSION} (Node: ${process.version})`,
    "Content-Type": "application/json",
  };
  return (requestOnce) =>
    messageResource((_method, action, parameters) => {
      const body = JSON.stringify(parameters);
      return requestOnce({ method: "POST", origin, path: pathname + action, headers, body }).then((answer) => ({
        body: JSON.parse(answer.body),
      }));
    });
}

function decode({ result }: Exchanged<SdkAnswer>): Decoded {
  if (result === undefined) return { readable: false };
  const [id] = [result.messageUuid].flat();
  if (id === undefined && result.invalid_number !== undefined) {
    return { readable: true, refused: true, code: "invalid_number" };
  }
  return { readable: true, id };
}

function digits(number: string): string {
  return number.replace(/^\+/, "");
}

/**
 * Plivo refuses in prose without codes; a 202 may name the recipient as invalid and queue nothing.
 * It answers 400 to a bad number and to a bad parameter alike, so that proves nothing about the recipient.
 *
 * @see https://www.plivo.com/docs/messaging/api/overview
 */
const ANSWERS: VendorAnswers = {
  vendor: "Plivo",
  acceptedStatus: 202,
  contentType: "application/json",
  codes: { invalid_number: "invalid-recipient" },
  statuses: { 402: "quota-exhausted", 403: "destination-barred", 404: "unauthorized" },
};
