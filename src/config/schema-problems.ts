import leven from "leven";
import type { ZodError, ZodType } from "zod";
import type { Problem } from "./problems.ts";
import { keysAt } from "./schema-keys.ts";
import type { Locate } from "./yaml-file.ts";

/** A schema's complaints as problems with their places; an unknown key is told its nearest neighbour. */
export function schemaProblems(error: ZodError, schema: ZodType, values: unknown, locate: Locate): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [problemAt(issue.path, sentence(issue, values), locate)];
    const known = keysAt(schema, values, issue.path);
    return issue.keys.map((key) => problemAt([...issue.path, key], `unknown key${didYouMean(key, known)}`, locate));
  });
}

type Issue = ZodError["issues"][number];

const TAKES: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list, such as [a, b]",
  object: "a map of keys",
  record: "a map of names",
};

/** The schema's own words where a room wrote them; else ours in place of the library's. */
function sentence(issue: Issue, values: unknown): string {
  switch (issue.code) {
    case "invalid_type": {
      if (!issue.message.startsWith("Invalid input")) return issue.message;
      const takes = TAKES[issue.expected] ?? issue.expected;
      const value = valueAt(values, issue.path);
      if (value === undefined) return `is missing; it takes ${takes}`;
      return `takes ${takes}${takes === TAKES["string"] && typeof value === "number" ? ": quote it" : ""}`;
    }
    case "invalid_value":
      return issue.message.startsWith("Invalid") ? `is one of ${issue.values.map(String).join(", ")}` : issue.message;
    case "invalid_key":
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (value: unknown, step) => (value as Record<PropertyKey, unknown> | undefined | null)?.[step],
    values,
  );
}

function problemAt(path: readonly PropertyKey[], message: string, locate: Locate): Problem {
  return { place: locate(path), path: path.map(String).join("."), message };
}

function didYouMean(key: string, known: readonly string[]): string {
  const [nearest] = [...known].sort((a, b) => leven(key, a) - leven(key, b));
  if (nearest && leven(key, nearest) <= Math.max(2, key.length / 3)) return `; did you mean ${nearest}?`;
  return known.length > 0 ? `; known keys are ${known.join(", ")}` : "";
}
