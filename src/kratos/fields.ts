/** A JSON object from outside: read only through {@link field}, never spread, merged or indexed. */
export type Fields = { readonly [name: string]: unknown };

/** Whether a JSON value is an object, and neither null nor a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own field's value; undefined for an absent or null one, and for everything that an object inherits. */
export function field(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;
}

/** An own field that is an object itself. */
export function fieldsAt(fields: Fields, name: string): Fields | undefined {
  const value = field(fields, name);
  return isFields(value) ? value : undefined;
}

/** An own field that is text with at least one character. */
export function textAt(fields: Fields, name: string): string | undefined {
  const value = field(fields, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
