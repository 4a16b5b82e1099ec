import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { z } from "zod";
import type { Plan } from "../sms/decision.ts";
import type { NotSentKind } from "../sms/send-result.ts";
import { secretOption } from "../values/options.ts";
import {
  baseUrlOption,
  carriesNames,
  maxInFlightOption,
  NO_SENDER,
  pricesOption,
  senderFor,
  sendersOption,
} from "./account-options.ts";
import { type Exchanged, exchange, type RequestOnce } from "./exchange.ts";
import type { Provider, ProviderEffects, ProviderType, Sms } from "./provider.ts";
import { type Decoded, readAnswer, type VendorAnswers } from "./read-answer.ts";
import { keepCredentials } from "./sns-credentials.ts";

const senderOption = z
  .strictObject({
    senderId: z
      .string()
      .regex(/^(?=.*[A-Za-z])[A-Za-z0-9-]{3,11}$/, "must be 3 to 11 letters, digits or hyphens, one letter at least")
      .optional()
      .describe("A name of 3 to 11 letters, digits or hyphens; not both this and a number."),
    originationNumber: z
      .string()
      .regex(/^\+?\d{5,14}$/, "must be 5 to 14 digits, with or without +")
      .optional()
      .describe("A number or short code of your AWS account; with neither, AWS chooses."),
    entityId: z.string().min(1).max(50).optional().describe("Your entity in India's register (DLT)."),
    templateId: z.string().min(1).max(50).optional().describe("The text's template in India's register (DLT)."),
  })
  .refine(({ senderId, originationNumber }) => !(senderId && originationNumber), {
    error: "takes either senderId or originationNumber",
  });

const snsOptions = z
  .strictObject({
    type: z.literal("sns").describe("The vendor."),
    region: z
      .string()
      .regex(/^[a-z]+(-[a-z]+)+-\d+$/, "must be an AWS region such as eu-central-1")
      .describe("The AWS region that sends, such as eu-central-1."),
    accessKeyId: z
      .string()
      .min(1)
      .optional()
      .describe("An access key; left out, AWS' default chain finds credentials."),
    secretAccessKey: secretOption.optional().describe("The secret of that access key."),
    sender: sendersOption(senderOption).default({ default: {} }),
    maxInFlight: maxInFlightOption,
    prices: pricesOption.optional(),
    baseUrl: baseUrlOption.optional(),
  })
  .refine(({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined), {
    error: "needs accessKeyId and secretAccessKey together, or neither to use the AWS default chain",
    path: ["accessKeyId"],
  })
  .describe("Amazon SNS; it accepts what it will not deliver, so keep it last in a chain.");

/** One AWS account in one region. */
export type SnsOptions = z.output<typeof snsOptions>;
type Sender = z.output<typeof senderOption>;

/**
 * Amazon SNS, SMS straight to a number.
 *
 * `POST /` with `Action=Publish&Version=2010-03-31&PhoneNumber=%2B14155550101&Message=…&MessageAttributes.entry.1.Name=…`,
 * answered by 200 and `<PublishResponse><PublishResult><MessageId>…</MessageId></PublishResult>…`.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const sns = { type: "sns", options: snsOptions, plan, create } satisfies ProviderType<SnsOptions>;

/** SNS accepts what cannot be delivered, so a name where only numbers are carried must be caught here. */
function plan(options: SnsOptions, { country, text }: Pick<Sms, "country" | "text">): Plan {
  const sender = senderFor(options.sender, country);
  if (sender === undefined) return { incapable: `no sender for ${country} and no default` };
  if (text.length > 1_600) return { incapable: "SNS takes at most 1600 characters" };
  if (sender.originationNumber !== undefined) return { sender: sender.originationNumber };
  if (sender.senderId === undefined) return { sender: "chosen by AWS" };
  if (!carriesNames(country)) return { incapable: `${country} takes no senderId, only an originationNumber` };
  return { sender: sender.senderId };
}

async function create(name: string, options: SnsOptions, effects: ProviderEffects): Promise<Provider> {
  const { SNSClient, PublishCommand } = await import("./sns-sdk.ts");
  const { region, accessKeyId, secretAccessKey } = options;
  const own = accessKeyId && secretAccessKey && { accessKeyId, secretAccessKey: secretAccessKey.reveal() };
  const defaults = { region, ...OF_NO_FILE };
  const { config } = new SNSClient(defaults);
  const credentials = await keepCredentials(name, own ? async () => own : config.credentials, effects.clock);
  const client = new SNSClient({
    ...defaults,
    // Always said: otherwise AWS_ENDPOINT_URL_SNS would move the account, to plain http even.
    endpoint: options.baseUrl ?? config.endpointProvider({ Region: region }).url.href,
    credentials: credentials.provider,
    // SNS knows no idempotency key: a repeat by the SDK would be a second SMS.
    maxAttempts: 1,
    requestHandler,
  });
  return {
    name,
    send(sms, signal) {
      const sender = senderFor(options.sender, sms.country);
      if (sender === undefined) return Promise.resolve(NO_SENDER);
      const publish = { PhoneNumber: sms.to, Message: sms.text, MessageAttributes: attributes(sender) };
      const exchanging = exchange(effects.transport, signal, (requestOnce) => {
        const handed: Handed & { abortSignal?: never } = { requestOnce };
        return client.send(new PublishCommand(publish), handed);
      });
      return exchanging.then((exchanged) =>
        readAnswer(ANSWERS, exchanged.answer, decode(exchanged), { sms, wallMs: effects.clock.wallMs() }),
      );
    },
    close: credentials.close,
  };
}

/**
 * Said, since the SDK takes what is not from the environment and ~/.aws/config: defaults mode auto would ask the
 * metadata service what kind of machine this is, past our transport, and with a FIPS or dual-stack wish the SDK refuses
 * every message to the endpoint that we name. Who wants such an endpoint names it as baseUrl.
 */
const OF_NO_FILE = { defaultsMode: "standard", useFipsEndpoint: false, useDualstackEndpoint: false } as const;

function attributes(sender: Sender): Record<string, MessageAttributeValue> {
  const values = {
    "AWS.SNS.SMS.SMSType": "Transactional",
    "AWS.SNS.SMS.SenderID": sender.senderId,
    "AWS.MM.SMS.OriginationNumber": sender.originationNumber,
    "AWS.MM.SMS.EntityId": sender.entityId,
    "AWS.MM.SMS.TemplateId": sender.templateId,
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
  );
}

/** The fields of the SDK's signed request that go on the wire. */
interface SdkRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** What the SDK hands from `send` to the request handler as it is. */
interface Handed {
  requestOnce: RequestOnce;
}

const requestHandler = {
  handle({ protocol, hostname, port, path, headers, body }: SdkRequest, { requestOnce }: Handed) {
    const origin = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
    return requestOnce({ method: "POST", origin, path, headers, body }).then((answer) => ({
      response: { statusCode: answer.status, headers: answer.headers, body: Buffer.from(answer.body) },
    }));
  },
  destroy() {},
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
};

function decode({ result, error }: Exchanged<{ MessageId?: string | undefined }>): Decoded {
  if (result !== undefined) return { readable: true, id: result.MessageId };
  return { readable: false, code: Object(error).Code };
}

/**
 * Wire codes, modelled for Publish or common to all of AWS; `InvalidParameter` may be the number, an attribute or the region.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 * @see https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
 */
const CODES: Record<string, NotSentKind> = {
  InvalidParameter: "message-refused",
  ParameterValueInvalid: "message-refused",
  ValidationException: "message-refused",
  NotFound: "message-refused",
  EndpointDisabled: "message-refused",
  PlatformApplicationDisabled: "message-refused",
  KMSDisabled: "message-refused",
  KMSInvalidState: "message-refused",
  KMSNotFound: "message-refused",
  KMSAccessDenied: "message-refused",
  KMSOptInRequired: "unauthorized",
  KMSThrottling: "rate-limited",
  Throttling: "rate-limited",
  ThrottlingException: "rate-limited",
  Throttled: "rate-limited",
  AuthorizationError: "unauthorized",
  InvalidSecurity: "unauthorized",
  InvalidClientTokenId: "unauthorized",
  SignatureDoesNotMatch: "unauthorized",
  ExpiredToken: "unauthorized",
  AccessDenied: "unauthorized",
  MissingAuthenticationToken: "unauthorized",
  IncompleteSignature: "unauthorized",
  OptInRequired: "unauthorized",
};

const ANSWERS: VendorAnswers = {
  vendor: "SNS",
  acceptedStatus: 200,
  contentType: "text/xml",
  codes: CODES,
  statuses: { 403: "unauthorized" },
};
