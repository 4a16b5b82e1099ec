import { createHash, createHmac } from "node:crypto";
import type { Dialect, VendorRequest } from "./vendor-server.ts";

const XML_TYPE = { "content-type": "text/xml" };
const XMLNS = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

/** Amazon SNS as a stand-in speaks it; checks the signature by computing it again. */
export const snsDialect: Dialect = {
  accepted: (id) => ({
    status: 200,
    headers: XML_TYPE,
    body: [
      `<PublishResponse ${XMLNS}><PublishResult><MessageId>${id}</MessageId></PublishResult>`,
      "<ResponseMetadata><RequestId>f187a3c1</RequestId></ResponseMetadata></PublishResponse>",
    ].join(""),
  }),
  refused: (status, code = "SignatureDoesNotMatch") => ({
    status,
    headers: XML_TYPE,
    body: [
      `<ErrorResponse ${XMLNS}><Error><Type>Sender</Type><Code>${code}</Code>`,
      "<Message>+4915112345678 is not valid to publish to</Message></Error><RequestId>f187a3c1</RequestId></ErrorResponse>",
    ].join(""),
  }),
  read({ body }) {
    const form = new URLSearchParams(body);
    const sender = attributesOf(form)["AWS.SNS.SMS.SenderID"] ?? attributesOf(form)["AWS.MM.SMS.OriginationNumber"];
    return {
      to: form.get("PhoneNumber") ?? "",
      text: form.get("Message") ?? "",
      ...(sender !== undefined && { sender }),
    };
  },
  authentic(request, accounts) {
    const parts = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
    const [, keyId = "", scope = "", names = "", given] = parts.exec(request.headers["authorization"] ?? "") ?? [];
    const secret = Object.hasOwn(accounts, keyId) ? accounts[keyId] : undefined;
    return secret !== undefined && signature(request, secret, scope, names) === given;
  },
  unauthorizedStatus: 403,
};

/** The message attributes of a Publish request, name → value. */
export function attributesOf(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let entry = 1; form.has(`MessageAttributes.entry.${entry}.Name`); entry += 1) {
    const prefix = `MessageAttributes.entry.${entry}`;
    attributes[form.get(`${prefix}.Name`) ?? ""] = form.get(`${prefix}.Value.StringValue`) ?? "";
  }
  return attributes;
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signature(request: VendorRequest, secret: string, scope: string, names: string): string {
  const [date = "", region = "", service = "", end = ""] = scope.split("/");
  const canonical = [
    request.method,
    request.path,
    "",
    ...names.split(";").map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    names,
    sha256(request.body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = [date, region, service, end].reduce<string | Buffer>(
    (secretSoFar, part) => hmac(secretSoFar, part),
    `AWS4${secret}`,
  );
  return hmac(key, toSign).toString("hex");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
