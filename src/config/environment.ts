import type { Files } from "../values/files.ts";
import { splitList } from "./overlay.ts";
import type { Problem } from "./problems.ts";
import type { RawValues } from "./schema.ts";
import { type Environment, readVariable } from "./variables.ts";

/** What the environment alone says: enough for the first real SMS, or what is missing for it. */
export interface EnvironmentFindings {
  values: Omit<RawValues, "mode">;
  /** Names of variables that were found and count. */
  found: string[];
  /** What live mode still needs, one sentence each; empty when all is there. */
  missing: string[];
  problems: Problem[];
}

/** A vendor's variables; all of them together make an account, in the order in which accounts are tried. */
const VENDORS: {
  name: string;
  variables: string[];
  account: (get: (name: string) => string) => Record<string, unknown>;
}[] = [
  {
    name: "twilio",
    variables: ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"],
    account: (get) => ({
      accountSid: get("TWILIO_ACCOUNT_SID"),
      authToken: get("TWILIO_AUTH_TOKEN"),
      sender: { default: twilioSender(get("TWILIO_FROM")) },
    }),
  },
  {
    name: "plivo",
    variables: ["PLIVO_AUTH_ID", "PLIVO_AUTH_TOKEN", "PLIVO_FROM"],
    account: (get) => ({
      authId: get("PLIVO_AUTH_ID"),
      authToken: get("PLIVO_AUTH_TOKEN"),
      sender: { default: { from: get("PLIVO_FROM") } },
    }),
  },
  { name: "sns", variables: ["SNS_REGION"], account: (get) => ({ region: get("SNS_REGION") }) },
];

/** Which variable a key of the values came from, for a problem's place. */
export const SOURCES: Record<string, string> = {
  "auth.keys.0.secret": "GATEWAY_API_KEY",
  "admin.keys.0.secret": "ADMIN_API_KEY",
  secret: "GATEWAY_SECRET",
  mode: "GATEWAY_MODE",
  "providers.twilio.accountSid": "TWILIO_ACCOUNT_SID",
  "providers.twilio.authToken": "TWILIO_AUTH_TOKEN",
  "providers.twilio.sender": "TWILIO_FROM",
  "providers.plivo.authId": "PLIVO_AUTH_ID",
  "providers.plivo.authToken": "PLIVO_AUTH_TOKEN",
  "providers.plivo.sender": "PLIVO_FROM",
  "providers.sns.region": "SNS_REGION",
  destinations: "ALLOWED_COUNTRIES",
};

/** The variable that holds the value at a path. */
export function locateVariable(path: readonly PropertyKey[]): string {
  const key = path.join(".");
  const source = Object.keys(SOURCES).find((prefix) => key === prefix || key.startsWith(`${prefix}.`));
  return (source && SOURCES[source]) ?? "environment";
}

const NEEDED: Record<string, string> = {
  GATEWAY_API_KEY: "GATEWAY_API_KEY (the key that Kratos presents)",
  ALLOWED_COUNTRIES: "ALLOWED_COUNTRIES (such as DE,US)",
};

/** Reads the environment as a configuration without a file. */
export function readEnvironment(environment: Environment, files: Files): EnvironmentFindings {
  const read = createReader(environment, files);
  const vendors = VENDORS.filter(({ variables }) => variables.every((name) => read.has(name)));
  const partial = VENDORS.filter(({ variables }) => variables.some(read.has) && !variables.every(read.has));
  const missing = Object.keys(NEEDED)
    .filter((name) => !read.has(name))
    .map((name) => NEEDED[name] ?? name);
  if (vendors.length === 0) missing.push(missingVendor(partial, read.has));
  const countries = splitList(read.get("ALLOWED_COUNTRIES"));
  const values = {
    ...(read.has("GATEWAY_API_KEY") && {
      auth: { keys: [{ id: "GATEWAY_API_KEY", secret: read.get("GATEWAY_API_KEY") }] },
    }),
    ...(read.has("ADMIN_API_KEY") && { admin: { keys: [{ id: "ADMIN_API_KEY", secret: read.get("ADMIN_API_KEY") }] } }),
    ...(read.has("GATEWAY_SECRET") && { secret: read.get("GATEWAY_SECRET") }),
    ...(countries.length > 0 && { destinations: { countries } }),
    providers: Object.fromEntries(vendors.map(({ name, account }) => [name, { type: name, ...account(read.get) }])),
  } as Omit<RawValues, "mode">;
  const names = [...Object.keys(NEEDED), ...VENDORS.flatMap(({ variables }) => variables)];
  return { values, found: names.filter(read.has), missing, problems: read.problems };
}

function createReader(environment: Environment, files: Files) {
  const problems: Problem[] = [];
  const get = (name: string): string => {
    const variable = readVariable(environment, name, files);
    return variable && "value" in variable ? variable.value : "";
  };
  const has = (name: string): boolean => {
    const variable = readVariable(environment, name, files);
    if (variable && "problem" in variable && !problems.some(({ place }) => place === name)) {
      problems.push({ place: name, path: "", message: variable.problem });
    }
    return variable !== undefined && "value" in variable;
  };
  return { get, has, problems };
}

function missingVendor(partial: typeof VENDORS, has: (name: string) => boolean): string {
  const [nearest] = partial;
  if (nearest) return nearest.variables.filter((name) => !has(name)).join(" and ");
  return `a vendor: ${VENDORS.map(({ variables }) => variables.join(", ")).join("; or ")}`;
}

function twilioSender(from: string): Record<string, string> {
  return from.startsWith("MG") ? { messagingServiceSid: from } : { from };
}
