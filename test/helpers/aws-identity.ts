import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

/** A stand-in of what hands out keys inside AWS: STS, IAM Identity Center, and the metadata of containers and machines. */
export interface AwsIdentity {
  /** The key ids that each gives, with their secret: for the vendor's stand-in. */
  accounts: Record<string, string>;
  /** The environment of a gateway that gets its keys in this way; writes the files that go with it below `home`. */
  environmentFor(way: AwsWay, home: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** A way of the default chain, by the key id that it gives. */
export type AwsWay = keyof typeof WAYS;

const SECRET = "the-secret";
const START_URL = "https://example.awsapps.com/start";
const expiration = () => new Date(Date.now() + 3_600_000).toISOString();

/** What is in the environment, and in the files below HOME; `AT` is where the stand-in listens. */
const WAYS = {
  ASIAENVIRONMENT: { env: { AWS_ACCESS_KEY_ID: "ASIAENVIRONMENT", AWS_SECRET_ACCESS_KEY: SECRET }, files: {} },
  ASIAPROFILE: {
    env: {},
    files: { credentials: `[default]\naws_access_key_id = ASIAPROFILE\naws_secret_access_key = ${SECRET}\n` },
  },
  ASIAPROCESS: {
    env: {},
    files: {
      config: "[default]\ncredential_process = cat HOME/.aws/keys.json\n",
      "keys.json": JSON.stringify({ Version: 1, AccessKeyId: "ASIAPROCESS", SecretAccessKey: SECRET }),
    },
  },
  ASIAASSUMED: {
    env: { AWS_ENDPOINT_URL_STS: "AT" },
    files: {
      config: "[default]\nrole_arn = arn:aws:iam::123456789012:role/sms\nsource_profile = own\n",
      credentials: "[own]\naws_access_key_id = AKIAOWN\naws_secret_access_key = s\n",
    },
  },
  ASIAWEBIDENTITY: {
    env: {
      AWS_ENDPOINT_URL_STS: "AT",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/sms",
      AWS_WEB_IDENTITY_TOKEN_FILE: "HOME/.aws/token",
    },
    files: { token: "a-token-of-kubernetes" },
  },
  ASIASIGNON: {
    env: { AWS_ENDPOINT_URL_SSO: "AT" },
    files: {
      config: `[default]\nsso_start_url = ${START_URL}\nsso_region = eu-central-1\nsso_account_id = 123456789012\nsso_role_name = sms\n`,
      [`sso/cache/${createHash("sha1").update(START_URL).digest("hex")}.json`]: JSON.stringify({
        accessToken: "a-token",
        expiresAt: expiration(),
        region: "eu-central-1",
        startUrl: START_URL,
      }),
    },
  },
  ASIACONTAINER: { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "AT/container" }, files: {} },
  ASIAMACHINE: { env: { AWS_EC2_METADATA_DISABLED: "false", AWS_EC2_METADATA_SERVICE_ENDPOINT: "AT" }, files: {} },
} satisfies Record<string, { env: Record<string, string>; files: Record<string, string> }>;

/** Every way, for rows. */
export const awsWays = Object.keys(WAYS) as AwsWay[];

/** Starts it on a free port. */
export async function startAwsIdentity(): Promise<AwsIdentity> {
  const server = createServer(async (request, response) => response.end(answerTo(request, await bodyOf(request))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    accounts: Object.fromEntries(awsWays.map((keyId) => [keyId, SECRET])),
    async environmentFor(way, home) {
      const place = (text: string) => text.replace("AT", at).replace("HOME", home);
      for (const [name, text] of Object.entries(WAYS[way].files)) {
        await mkdir(dirname(join(home, ".aws", name)), { recursive: true });
        await writeFile(join(home, ".aws", name), text.replace("HOME", home));
      }
      const env = Object.entries(WAYS[way].env).map(([name, text]) => [name, place(text)]);
      return { HOME: home, AWS_EC2_METADATA_DISABLED: "true", ...Object.fromEntries(env) };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** What each service says, by the beginning of `POST / Action=…` or `GET /path`. */
const ANSWERS: [asked: RegExp, answer: () => string][] = [
  [/^POST \/ .*Action=AssumeRole&/, () => stsAnswer("AssumeRole", "ASIAASSUMED")],
  [/^POST \/ .*Action=AssumeRoleWithWebIdentity&/, () => stsAnswer("AssumeRoleWithWebIdentity", "ASIAWEBIDENTITY")],
  [/^GET \/federation\/credentials\?/, signOnAnswer],
  [/^GET \/container /, () => keysAnswer("ASIACONTAINER")],
  [/^PUT \/latest\/api\/token /, () => "a-token"],
  [/^GET \/latest\/meta-data\/iam\/security-credentials\/ /, () => "sms"],
  [/^GET \/latest\/meta-data\/iam\/security-credentials\/sms /, () => keysAnswer("ASIAMACHINE")],
];

function answerTo({ method, url }: IncomingMessage, body: string): string {
  const asked = `${method} ${url} ${body}`;
  return ANSWERS.find(([pattern]) => pattern.test(asked))?.[1]() ?? "";
}

function keysAnswer(AccessKeyId: string): string {
  const keys = { AccessKeyId, SecretAccessKey: SECRET, Token: "t", Expiration: expiration() };
  return JSON.stringify({ Code: "Success", Type: "AWS-HMAC", LastUpdated: "2026-11-21T12:00:00Z", ...keys });
}

function signOnAnswer(): string {
  const keys = { accessKeyId: "ASIASIGNON", secretAccessKey: SECRET, sessionToken: "t" };
  return JSON.stringify({ roleCredentials: { ...keys, expiration: Date.parse(expiration()) } });
}

function stsAnswer(action: string, keyId: string): string {
  const keys = `<AccessKeyId>${keyId}</AccessKeyId><SecretAccessKey>${SECRET}</SecretAccessKey><SessionToken>t</SessionToken>`;
  const credentials = `<Credentials>${keys}<Expiration>${expiration()}</Expiration></Credentials>`;
  const result = `<${action}Result>${credentials}</${action}Result>`;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</${action}Response>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
