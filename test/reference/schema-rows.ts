import { type ZodType, z } from "zod";

/** One key of the configuration file, as a reader must know it. */
export interface Row {
  /** Such as `providers.<name>.maxInFlight` or `routes[].chain`. */
  path: string;
  takes: string;
  isOptional: boolean;
  default?: unknown;
  /** What the schema says of it; a test fails when it says nothing. */
  says?: string;
  /** The branch that it belongs to, such as `type: twilio`. */
  under?: { title: string; says?: string };
}

/** Every key below a schema, in the schema's own order. */
export function rowsOf(schema: ZodType, path: string): Row[] {
  const { inner } = peel(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape as Record<string, ZodType>).flatMap(([key, value]) => {
      const at = path ? `${path}.${key}` : key;
      return [rowOf(value, at), ...rowsOf(value, at)];
    });
  }
  if (inner instanceof z.ZodRecord) return rowsOf(inner.valueType as ZodType, `${path}.<${titleOf(inner.keyType)}>`);
  if (inner instanceof z.ZodArray) return rowsOf(inner.element as ZodType, `${path}[]`);
  if (inner instanceof z.ZodDiscriminatedUnion)
    return (inner.options as ZodType[]).flatMap((branch) => branchRows(branch, path));
  if (inner instanceof z.ZodUnion) return unionRows(inner.options as ZodType[], path);
  return [];
}

interface Peeled {
  inner: ZodType;
  description?: string;
  title?: string;
  isOptional: boolean;
  default?: unknown;
}

/** A schema without what is wrapped around it; what is said further out counts. */
function peel(schema: ZodType): Peeled {
  const { description, title } = z.globalRegistry.get(schema) ?? {};
  const said = { ...(description && { description }), ...(title && { title }) };
  if (schema instanceof z.ZodOptional) return { ...peel(schema.unwrap() as ZodType), ...said, isOptional: true };
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    const value = schema.def.defaultValue;
    return { ...peel(schema.unwrap() as ZodType), ...said, isOptional: true, default: value };
  }
  if (!(schema instanceof z.ZodPipe)) return { inner: schema, ...said, isOptional: false };
  const { title: outcome } = z.globalRegistry.get(schema.out as ZodType) ?? {};
  return { ...(outcome && { title: outcome }), ...peel(schema.in as ZodType), ...said };
}

function rowOf(schema: ZodType, path: string): Row {
  const { description, isOptional, default: value } = peel(schema);
  return {
    path,
    takes: takes(schema),
    isOptional,
    ...(value !== undefined && { default: value }),
    ...(description && { says: description }),
  };
}

function branchRows(branch: ZodType, path: string): Row[] {
  const { inner, description } = peel(branch);
  const { type } = (inner as z.ZodObject).shape as Record<string, ZodType>;
  const under = { title: `type: ${(type as z.ZodLiteral).value}`, ...(description && { says: description }) };
  return rowsOf(branch, path).map((row) => ({ ...row, under }));
}

/** Where a list or one of its items may stand, the list's keys are told; else those of every branch, none of which must be. */
function unionRows(branches: ZodType[], path: string): Row[] {
  const list = branches.find(isList);
  if (list) return rowsOf(list, path);
  return branches.flatMap((branch) => rowsOf(branch, path)).map((row) => ({ ...row, isOptional: true }));
}

function isList(schema: ZodType): boolean {
  return peel(schema).inner instanceof z.ZodArray;
}

function titleOf(schema: unknown): string {
  return peel(schema as ZodType).title ?? "name";
}

/** What may stand there, in words. */
function takes(schema: ZodType): string {
  const { inner, title } = peel(schema);
  if (title) return title;
  if (inner instanceof z.ZodLiteral) return `\`${inner.value}\``;
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(" ");
  if (inner instanceof z.ZodBoolean) return "true or false";
  if (inner instanceof z.ZodNumber) return numberInWords(inner);
  if (inner instanceof z.ZodString) return "text";
  if (inner instanceof z.ZodArray) return `list of ${takes(inner.element as ZodType).replace(/^map$/, "maps")}`;
  if (inner instanceof z.ZodRecord) return `${titleOf(inner.keyType)} → ${takes(inner.valueType as ZodType)}`;
  if (inner instanceof z.ZodUnion) {
    const branches = inner.options as ZodType[];
    if (branches.some(isList)) return "map, or list of maps";
    return [...new Set(branches.map(takes))].join(" or ");
  }
  return inner instanceof z.ZodUnknown ? "anything" : "map";
}

function numberInWords(schema: z.ZodNumber): string {
  const { minValue, maxValue } = schema;
  const kind = schema.format === "safeint" ? "whole number" : "number";
  const least = minValue !== null && minValue > Number.MIN_SAFE_INTEGER ? minValue : undefined;
  const most = maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER ? maxValue : undefined;
  if (least === undefined) return kind;
  if (!schema.safeParse(least).success) return `${kind} above ${least}`;
  return most === undefined ? `${kind}, at least ${least}` : `${kind}, ${least} to ${most}`;
}
