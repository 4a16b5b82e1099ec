import { isIPv4 } from "node:net";
import type { Check, Surroundings } from "./check.ts";
import type { Remark } from "./finding.ts";
import { type KratosConfiguration, listAt, textAt } from "./kratos-configuration.ts";
import { shownUrl } from "./request-headers.ts";

/** What can be wrong around the courier: network, headers and secrets. */
export const surroundingChecks: readonly Check[] = [privateNetwork, clientIpHeader, secretLengths, examples, leaks];

const URL_PATH = "courier.channels.0.request_config.url";

function privateNetwork(configuration: KratosConfiguration): Remark[] {
  const path = "clients.http.disallow_private_ip_ranges";
  const url = textAt(configuration, URL_PATH) ?? "";
  if (configuration.get(path) !== true || !URL.canParse(url) || !isPrivate(new URL(url).hostname)) return [];
  if (listAt(configuration, "clients.http.private_ip_exception_urls").includes(url)) return [];
  return [
    {
      ...{ severity: "error", path },
      says: "the gateway stands in a private network, and Kratos may not call it there",
      fix: `private_ip_exception_urls: ["${shownUrl(url)}"]   # letter by letter as in the channel`,
    },
  ];
}

function isPrivate(host: string): boolean {
  if (isIPv4(host))
    return /^(10|127|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(host);
  // A name without a dot is a container or a service beside this one.
  return !host.includes(".") || /\.(internal|local|svc|cluster\.local)$/.test(host);
}

/** What Kratos passes on unless told otherwise, of the headers that could hold an address. */
const DEFAULT_HEADERS = ["True-Client-Ip"];

function clientIpHeader(configuration: KratosConfiguration, { gateway }: Surroundings): Remark[] {
  const path = "clients.web_hook.header_allowlist";
  const header = gateway?.clientIpHeader;
  if (header === undefined) return [];
  const allowed = Array.isArray(configuration.get(path)) ? listAt(configuration, path) : DEFAULT_HEADERS;
  if (allowed.some((name) => String(name).toLowerCase() === header.toLowerCase())) return [];
  return [
    {
      ...{ severity: "error", path },
      says: `the gateway limits by ${header}, which Kratos does not pass on: that limit never holds`,
      fix: `header_allowlist: [${["Accept-Language", "User-Agent", header].join(", ")}]   # this replaces Kratos' own list`,
    },
  ];
}

const LENGTHS: readonly { key: string; fits: (length: number) => boolean; says: string }[] = [
  { key: "cipher", fits: (length) => length === 32, says: "a cipher secret has exactly 32 characters" },
  { key: "cookie", fits: (length) => length >= 16, says: "a cookie secret has at least 16 characters" },
];

function secretLengths(configuration: KratosConfiguration): Remark[] {
  return LENGTHS.flatMap(({ key, fits, says }) =>
    listAt(configuration, `secrets.${key}`)
      .map((secret, place) => ({ secret, path: `secrets.${key}.${place}` }))
      .filter(({ secret }) => typeof secret !== "string" || !fits(secret.length))
      .map(({ path }) => ({ severity: "error" as const, path, says: `${says}: Kratos does not start` })),
  );
}

/** Values that everybody can read in a repository or in the documentation. */
const KNOWN_TO_ALL = /development-only|insecure|not-secure|change-?me|dev-secret/i;

function examples(configuration: KratosConfiguration): Remark[] {
  if (isForDevelopment(configuration)) return [];
  const paths = ["cookie", "cipher"].flatMap((key) =>
    listAt(configuration, `secrets.${key}`).map((_, place) => `secrets.${key}.${place}`),
  );
  return [...paths, "courier.channels.0.request_config.auth.config.value"]
    .filter((path) => KNOWN_TO_ALL.test(textAt(configuration, path) ?? ""))
    .map((path) => ({
      ...{ severity: "warning" as const, path },
      says: "this is an example's value, and everybody knows it",
      fix: "openssl rand -hex 16   # 32 characters",
    }));
}

function leaks(configuration: KratosConfiguration): Remark[] {
  const path = "log.leak_sensitive_values";
  if (configuration.get(path) !== true || isForDevelopment(configuration)) return [];
  return [{ severity: "warning", path, says: "every code stands in Kratos' log", fix: "leak_sensitive_values: false" }];
}

function isForDevelopment(configuration: KratosConfiguration): boolean {
  return configuration.get("dev") === true || textAt(configuration, "dsn") === "memory";
}
