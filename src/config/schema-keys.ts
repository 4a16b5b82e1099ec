import { type ZodType, z } from "zod";

/** The keys that a schema knows at a path of the given values; empty where any key is allowed. */
export function keysAt(schema: ZodType, values: unknown, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path;
  const inner = unwrap(schema, values);
  if (step === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  const next = childOf(inner, step);
  return next ? keysAt(next, (values as Record<PropertyKey, unknown> | undefined)?.[step], rest) : [];
}

function childOf(schema: ZodType, step: PropertyKey): ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(step)] as ZodType | undefined;
  if (schema instanceof z.ZodRecord) return schema.valueType as ZodType;
  if (schema instanceof z.ZodArray) return schema.element as ZodType;
  return undefined;
}

function unwrap(schema: ZodType, values: unknown): ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.unwrap() as ZodType, values);
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.in as ZodType, values);
  if (schema instanceof z.ZodUnion) return unwrap(branchOf(schema, values), values);
  return schema;
}

/** The branch whose literal keys agree with the values, such as `type: twilio`. */
function branchOf(union: z.ZodUnion, values: unknown): ZodType {
  const branches = (union.options as ZodType[]).map((option) => unwrap(option, values));
  const agrees = (branch: ZodType) =>
    branch instanceof z.ZodObject &&
    Object.entries(branch.shape).every(
      ([key, value]) =>
        !(value instanceof z.ZodLiteral) ||
        value.values.has((values as Record<string, never> | undefined)?.[key] as never),
    );
  return branches.find(agrees) ?? branches[0] ?? union;
}
