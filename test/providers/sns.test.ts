import { expect } from "vitest";
import { describeProvider, type ReadingRow } from "../contract/provider.ts";
import { attributesOf, snsDialect } from "../helpers/vendor-sns.ts";

function codes(kind: string, status: number, ...words: string[]): ReadingRow[] {
  return words.map((code) => {
    const expected = { outcome: "not-sent", kind, vendorCode: code } as ReadingRow[2];
    return [`${code} as ${kind}`, snsDialect.refused(status, code), expected];
  });
}

function fieldsOf(body: string): Record<string, unknown> {
  const form = new URLSearchParams(body);
  const plain = [...form].filter(([name]) => !name.startsWith("MessageAttributes."));
  return { ...Object.fromEntries(plain), attributes: attributesOf(form) };
}

const PUBLISH = { Action: "Publish", Version: "2010-03-31", PhoneNumber: "+4915112345678", Message: "Hi" };
const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=AKIA0123\/\d{8}\/eu-central-1\/sns\/aws4_request, SignedHeaders=\S*host;x-amz-content-sha256;x-amz-date\S*, Signature=/;

describeProvider({
  type: "sns",
  dialect: snsDialect,
  options: {
    type: "sns",
    region: "eu-central-1",
    accessKeyId: "AKIA0123",
    secretAccessKey: "s3cret-key",
    sender: { default: { senderId: "ACME" } },
  },
  otherOptions: { region: "us-gov-west-1", accessKeyId: "AKIA9999", secretAccessKey: "other-k3y" },
  accounts: { AKIA0123: "s3cret-key", AKIA9999: "other-k3y" },
  fieldsOf,
  golden: [
    {
      title: "a transactional message under a name, signed and marked as the only attempt",
      path: "/",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "amz-sdk-request": "attempt=1; max=1",
        authorization: expect.stringMatching(SIGNED),
      },
      sms: { text: "Hi" },
      body: {
        ...PUBLISH,
        attributes: { "AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.SenderID": "ACME" },
      },
    },
    {
      title: "a number as the sender",
      path: "/",
      headers: {},
      options: { sender: { default: { originationNumber: "+14155550102" } } },
      sms: { text: "Hi" },
      body: {
        ...PUBLISH,
        attributes: { "AWS.SNS.SMS.SMSType": "Transactional", "AWS.MM.SMS.OriginationNumber": "+14155550102" },
      },
    },
    {
      title: "what India asks for",
      path: "/",
      headers: {},
      options: { sender: { default: { senderId: "ACMEIN", entityId: "1101", templateId: "1102" } } },
      sms: { text: "Hi" },
      body: {
        ...PUBLISH,
        attributes: {
          "AWS.SNS.SMS.SMSType": "Transactional",
          "AWS.SNS.SMS.SenderID": "ACMEIN",
          "AWS.MM.SMS.EntityId": "1101",
          "AWS.MM.SMS.TemplateId": "1102",
        },
      },
    },
    {
      title: "no sender at all",
      path: "/",
      headers: {},
      options: { sender: undefined },
      sms: { text: "Hi" },
      body: { ...PUBLISH, attributes: { "AWS.SNS.SMS.SMSType": "Transactional" } },
    },
  ],
  withoutId:
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult></PublishResult></PublishResponse>',
  forbidden: { outcome: "not-sent", kind: "unauthorized" },
  readings: [
    ...codes("message-refused", 400, "InvalidParameter", "ParameterValueInvalid", "ValidationException"),
    ...codes("message-refused", 404, "NotFound"),
    ...codes("message-refused", 400, "EndpointDisabled", "PlatformApplicationDisabled", "NobodyKnowsThis"),
    ...codes("message-refused", 400, "KMSDisabled", "KMSInvalidState", "KMSNotFound", "KMSAccessDenied"),
    ...codes("rate-limited", 400, "KMSThrottling", "Throttling", "ThrottlingException"),
    ...codes("rate-limited", 429, "Throttled"),
    ...codes("unauthorized", 403, "AuthorizationError", "InvalidSecurity", "KMSOptInRequired", "InvalidClientTokenId"),
    ...codes("unauthorized", 403, "SignatureDoesNotMatch", "ExpiredToken", "AccessDenied", "OptInRequired"),
    ...codes("unauthorized", 403, "MissingAuthenticationToken", "IncompleteSignature", "SomethingNew"),
    ...["InternalError", "InternalFailure", "ServiceUnavailable"].map(
      (code): ReadingRow => [
        `${code} as unknown`,
        snsDialect.refused(code === "ServiceUnavailable" ? 503 : 500, code),
        { outcome: "unknown", kind: "unavailable", vendorCode: code },
      ],
    ),
  ],
});
