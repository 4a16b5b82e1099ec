import { type Fields, field, fieldsAt, isFields, textAt } from "../fields.ts";
import type { Check, ReadFile, Surroundings } from "./check.ts";
import type { Remark } from "./finding.ts";
import { type KratosConfiguration, listAt } from "./kratos-configuration.ts";

const SCHEMAS = "identity.schemas";

/** What can be wrong with the identity schemas. */
export const identityChecks: readonly Check[] = [defaultSchema, readability, traits];

/** A trait that holds a phone number: what it is used for by SMS. */
export interface PhoneTrait {
  name: string;
  /** Where its schema is named. */
  path: string;
  login: boolean;
  verification: boolean;
  recovery: boolean;
  format?: string;
}

/** The traits of all readable schemas that anything is sent to by SMS. */
export function phoneTraits(configuration: KratosConfiguration, { readFile }: Surroundings): PhoneTrait[] {
  return schemas(configuration, readFile).flatMap(({ path, schema }) => (schema ? traitsOf(schema, path) : []));
}

function defaultSchema(configuration: KratosConfiguration): Remark[] {
  const path = "identity.default_schema_id";
  const ids = listAt(configuration, SCHEMAS).map((schema) => (isFields(schema) ? textAt(schema, "id") : undefined));
  const wanted = configuration.get(path) ?? "default";
  if (ids.length === 0 || ids.includes(wanted as string)) return [];
  const fix = `default_schema_id: ${ids[0] ?? ""}`;
  return [{ severity: "error", path, says: "no schema has this id: Kratos does not start", fix }];
}

function readability(configuration: KratosConfiguration, { readFile }: Surroundings): Remark[] {
  return schemas(configuration, readFile)
    .filter(({ schema }) => schema === undefined)
    .map(({ path }) => ({
      ...{ severity: "advice", path },
      says: "this schema could not be read from here, so that nothing is said about it",
      fix: "Call the doctor in the folder Kratos is started in: a file:// path is relative to that.",
    }));
}

const SIGN_IN = "credentials: { code: { identifier: true, via: sms } }";

function traits(configuration: KratosConfiguration, surroundings: Surroundings): Remark[] {
  const all = schemas(configuration, surroundings.readFile);
  const phones = phoneTraits(configuration, surroundings);
  const found: Remark[] = phones
    .filter(({ format }) => format !== "tel" && format !== "no-validate")
    .map(({ path, name }) => ({
      ...{ severity: "error", path },
      says: `the trait ${name} gets SMS and has no format: Kratos does not take it for a phone number`,
      fix: '"format": "tel"',
    }));
  const isPasswordless = configuration.get("selfservice.methods.code.passwordless_enabled") === true;
  const [first] = all;
  if (isPasswordless && first?.schema && all.every(({ schema }) => schema) && !phones.some(({ login }) => login)) {
    found.push({
      ...{ severity: "error", path: first.path },
      says: "no trait is an identifier for codes by SMS: nobody can log in by phone",
      fix: `"ory.sh/kratos": { ${SIGN_IN} }   (in JSON, on the trait)`,
    });
  }
  return found;
}

function schemas(configuration: KratosConfiguration, readFile: ReadFile): { path: string; schema?: Fields }[] {
  return listAt(configuration, SCHEMAS).map((entry, place) => {
    const schema = readSchema((isFields(entry) && textAt(entry, "url")) || "", readFile);
    return { path: `${SCHEMAS}.${place}.url`, ...(schema && { schema }) };
  });
}

function readSchema(url: string, readFile: ReadFile): Fields | undefined {
  const source = url.startsWith("base64://")
    ? fromBase64(url)
    : url.startsWith("file://")
      ? readFile(url.slice(7))
      : undefined;
  try {
    const schema: unknown = source === undefined ? undefined : JSON.parse(source);
    return isFields(schema) ? schema : undefined;
  } catch {
    return undefined;
  }
}

function fromBase64(url: string): string {
  return Buffer.from(url.slice("base64://".length), "base64").toString();
}

function traitsOf(schema: Fields, path: string): PhoneTrait[] {
  const properties = fieldsAt(fieldsAt(fieldsAt(schema, "properties") ?? {}, "traits") ?? {}, "properties") ?? {};
  return Object.keys(properties).flatMap((name) => {
    const trait = fieldsAt(properties, name) ?? {};
    const kratos = fieldsAt(trait, "ory.sh/kratos") ?? {};
    const code = fieldsAt(fieldsAt(kratos, "credentials") ?? {}, "code") ?? {};
    const format = textAt(trait, "format");
    const uses = {
      login: field(code, "via") === "sms" && field(code, "identifier") === true,
      verification: isBySms(kratos, "verification"),
      recovery: isBySms(kratos, "recovery"),
    };
    return Object.values(uses).some(Boolean) ? [{ name, path, ...uses, ...(format && { format }) }] : [];
  });
}

function isBySms(kratos: Fields, flow: string): boolean {
  return field(fieldsAt(kratos, flow) ?? {}, "via") === "sms";
}
