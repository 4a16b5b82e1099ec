import type { Problem } from "./problems.ts";
import type { Finding } from "./rules.ts";
import { type FileValues, fileSchema } from "./schema.ts";
import { schemaProblems } from "./schema-problems.ts";
import type { Locate } from "./yaml-file.ts";

/** Values as far as they could be read; with problems they only serve to find more problems. */
export interface ParsedValues {
  values: FileValues;
  problems: Problem[];
  /** Whether a finding rests on sections that could be read. */
  sound(finding: Finding): boolean;
}

/** Parses all sections; where one is wrong the others are still read, so that every problem is told at once. */
export function parseValues(raw: Record<string, unknown>, locate: Locate): ParsedValues {
  const whole = fileSchema.safeParse(raw);
  if (whole.success) return { values: whole.data, problems: [], sound: () => true };
  const problems = schemaProblems(whole.error, fileSchema, raw, locate);
  const wrong = new Set(whole.error.issues.map(({ path }) => path[0]));
  const sections = Object.entries(fileSchema.shape).map(([key, schema]) => {
    const read = schema.safeParse(wrong.has(key) ? undefined : raw[key]);
    return [key, read.success ? read.data : undefined];
  });
  const providers = wrong.has("providers") ? namesOnly(raw["providers"]) : {};
  const values = { ...Object.fromEntries(sections), ...(wrong.has("providers") && { providers }) } as FileValues;
  return { values, problems, sound: ({ path }) => !wrong.has(path[0]) };
}

/** Providers that are wrong inside still count as names that a chain may use. */
function namesOnly(providers: unknown): Record<string, unknown> {
  return typeof providers === "object" && providers !== null ? { ...providers } : {};
}
