import type { Check, Surroundings } from "./check.ts";
import type { Remark } from "./finding.ts";
import { type KratosConfiguration, keysAt, listAt, textAt } from "./kratos-configuration.ts";
import { credentialsOf, requestHeaders } from "./request-headers.ts";

const FIRST = "courier.channels.0";
const REQUEST = `${FIRST}.request_config`;

/** What can be wrong with the channel that sends SMS. */
export const channelChecks: readonly Check[] = [
  existence,
  (configuration) => KEYS_OF_CHANNEL.flatMap(({ path, known }) => unknownKeys(configuration, path, known)),
  url,
  method,
  contentType,
  authentication,
];

function existence(configuration: KratosConfiguration): Remark[] {
  const found: Remark[] = [];
  const channels = listAt(configuration, "courier.channels");
  if (configuration.get("courier.sms") !== undefined) {
    found.push({
      ...{ severity: "error", path: "courier.sms" },
      says: "courier.sms is gone since v25.4.0: Kratos does not start with it",
      fix: (program) => `Move it to courier.channels: \`${program} kratos-config\` prints the block.`,
    });
  } else if (channels.length === 0) {
    found.push({
      ...{ severity: "error", path: "courier" },
      says: "there is no channel for SMS: every SMS ends as abandoned",
      fix: (program) => `Paste what \`${program} kratos-config\` prints.`,
    });
  }
  channels.forEach((_, place) => {
    const path = `courier.channels.${place}`;
    if (textAt(configuration, `${path}.id`) !== "sms") found.push(wrongId(path));
    else if (place > 0) found.push(second(path));
  });
  const type = configuration.get(`${FIRST}.type`);
  if (channels.length > 0 && type !== "http") {
    found.push({
      ...{ severity: "error", path: `${FIRST}.type` },
      says: type === undefined ? "without a type every SMS ends as abandoned" : "the only type is http",
      fix: "type: http",
    });
  }
  return found;
}

const wrongId = (path: string): Remark => ({
  ...{ severity: "error", path: `${path}.id` },
  says: "the only id is sms: Kratos does not start with another",
  fix: "id: sms",
});

const second = (path: string): Remark => ({
  ...{ severity: "error", path },
  says: "of two sms channels Kratos uses the first and never this one: it has no failover",
  fix: "Keep one channel, and name both vendors in the gateway's chain.",
});

const KEYS_OF_CHANNEL = [
  { path: FIRST, known: ["id", "type", "request_config"] },
  { path: REQUEST, known: ["url", "method", "headers", "body", "auth"] },
];

function unknownKeys(configuration: KratosConfiguration, path: string, known: readonly string[]): Remark[] {
  return keysAt(configuration, path)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      ...{ severity: "error", path: `${path}.${key}` },
      says: `Kratos knows no ${key} here and does not start`,
      fix: `Remove it; known are ${known.join(", ")}.`,
    }));
}

const PATH = "/courier/sms";
const FIX_URL = "url: http://127.0.0.1:8080/courier/sms   # the gateway as Kratos sees it";

/** Hosts that should not be in here, and why. */
const STRANGE_HOSTS: readonly { host: RegExp; severity: "error" | "warning"; says: string }[] = [
  {
    host: /(^|\.)(webhook\.site|requestbin\.(com|net)|pipedream\.net|beeceptor\.com|requestcatcher\.com)$/,
    severity: "error",
    says: "this posts every code to a public website, and no phone gets one",
  },
  {
    host: /(^|\.)amazonaws\.com$/,
    severity: "error",
    says: "AWS wants signed requests (SigV4), which Kratos cannot make",
  },
  {
    host: /(^|\.)(twilio|plivo|vonage|messagebird|bird|infobip|sinch|telnyx|clicksend)\.com$/,
    severity: "warning",
    says: "this goes to one vendor directly: no failover, no limits, and whatever it accepts counts as sent",
  },
];

function url(configuration: KratosConfiguration, { gateway }: Surroundings): Remark[] {
  const path = `${REQUEST}.url`;
  const value = configuration.get(path);
  if (listAt(configuration, "courier.channels").length === 0) return [];
  const wrong = (severity: Remark["severity"], says: string): Remark[] => [{ severity, path, says, fix: FIX_URL }];
  if (typeof value !== "string" || value === "") return wrong("error", "without a url every SMS fails");
  if (/\$\{?\w/.test(value)) {
    return [
      {
        ...{ severity: "error", path },
        says: "Kratos expands no variables in its file: it does not start, or posts to this very text",
        fix: "Write the address, or set COURIER_CHANNELS_0_REQUEST_CONFIG_URL in the environment.",
      },
    ];
  }
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
    return wrong("error", "a url begins with http:// or https://: Kratos does not start with this one");
  }
  const parsed = new URL(value);
  const { hostname, pathname } = parsed;
  const strange = STRANGE_HOSTS.find(({ host }) => host.test(hostname));
  if (strange) return wrong(strange.severity, strange.says);
  if (credentialsOf(value))
    return wrong("warning", "a password in an address ends up in logs: auth: { type: basic_auth }");
  if (gateway?.isAt(parsed) && pathname !== PATH)
    return wrong("error", `the gateway takes SMS at ${PATH} only, and answers 404 to every SMS here`);
  // A proxy may stand in between, and put the path right.
  if (!pathname.endsWith(PATH)) return wrong("warning", `the gateway takes SMS at ${PATH} only`);
  return [];
}

function method(configuration: KratosConfiguration): Remark[] {
  const path = `${REQUEST}.method`;
  const value = configuration.get(path);
  if (configuration.get(REQUEST) === undefined || value === "POST" || value === "PUT") return [];
  const says =
    value === undefined
      ? "without a method Kratos sends a GET: the default of its documentation does not hold within a list"
      : "the gateway takes POST (PUT too) and answers 405 to everything else";
  return [{ severity: "error", path, says, fix: "method: POST" }];
}

function contentType(configuration: KratosConfiguration): Remark[] {
  const headers = `${REQUEST}.headers`;
  const name = keysAt(configuration, headers).find((key) => key.toLowerCase() === "content-type");
  const value = name === undefined ? undefined : configuration.get(`${headers}.${name}`);
  if (name === undefined || value === "application/json") return [];
  const says =
    value === "application/x-www-form-urlencoded"
      ? "a form cannot carry template_data, and the gateway takes JSON only"
      : "Kratos compares this to application/json letter by letter: with anything behind it no SMS is ever sent";
  return [{ severity: "error", path: `${headers}.${name}`, says, fix: "Content-Type: application/json" }];
}

const KEY_HEADERS = ["x-api-key", "authorization"];
const FIX_KEY = "auth: { type: api_key, config: { in: header, name: X-API-Key, value: <the GATEWAY_API_KEY> } }";
const AUTH = `${REQUEST}.auth`;

function authentication(configuration: KratosConfiguration, { gateway }: Surroundings): Remark[] {
  const misshapen = configuration.get(AUTH) === undefined ? undefined : misshapenAuth(configuration);
  if (misshapen) return [misshapen];
  const headers = requestHeaders(configuration);
  if (!gateway?.needsKey || gateway.takes(headers)) return [];
  if (!KEY_HEADERS.some((name) => headers.has(name))) {
    return [wrongAuth("", "the gateway asks for a key, and this sends none: each SMS gets a 401")];
  }
  const hasAuth = configuration.get(AUTH) !== undefined;
  return [wrongAuth(hasAuth ? secretPath(configuration) : "", "the gateway's configuration has another key")];
}

function misshapenAuth(configuration: KratosConfiguration): Remark | undefined {
  const at = (key: string) => configuration.get(`${AUTH}.config.${key}`);
  const type = configuration.get(`${AUTH}.type`);
  if (type !== "api_key" && type !== "basic_auth") return wrongAuth(".type", "the type is api_key or basic_auth");
  const needed = type === "api_key" ? ["name", "value", "in"] : ["user", "password"];
  const missing = needed.find((key) => typeof at(key) !== "string");
  if (missing) return wrongAuth(".config", `${missing} is missing: Kratos does not start without it`);
  const secret = textAt(configuration, AUTH + secretPath(configuration)) ?? "";
  if (/\$\{?\w/.test(secret)) {
    const says = "Kratos expands no variables in its file: this very text would be the key";
    return wrongAuth(secretPath(configuration), says);
  }
  if (type === "basic_auth") return undefined;
  if (at("in") !== "header") return wrongAuth(".config.in", "the gateway reads no cookies");
  const name = String(at("name")).toLowerCase();
  if (!KEY_HEADERS.includes(name)) return wrongAuth(".config.name", "the gateway reads X-API-Key or Authorization");
  if (name === "x-api-key" || /^(bearer|basic) +\S/i.test(secret)) return undefined;
  return wrongAuth(".config.value", "in Authorization the gateway wants the word Bearer before the key");
}

function secretPath(configuration: KratosConfiguration): string {
  return configuration.get(`${AUTH}.type`) === "basic_auth" ? ".config.password" : ".config.value";
}

function wrongAuth(below: string, says: string): Remark {
  return { severity: "error", path: AUTH + below, says, fix: FIX_KEY };
}
