import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { interpolate } from "../../src/config/variables.ts";

/** A service of docker-compose.yml, as far as the tests look at it. */
export interface ComposeService {
  image?: string;
  build?: string;
  command?: string;
  working_dir?: string;
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  profiles?: string[];
  healthcheck?: { test: [kind: "CMD", ...command: string[]] };
  depends_on?: Record<string, { condition: "service_healthy" | "service_completed_successfully" }>;
}

/** The services of docker-compose.yml with these variables in the shell; a variable without value or default throws. */
export function readComposeServices(variables: Record<string, string> = {}): Record<string, ComposeService> {
  const text = readFileSync(new URL("../../docker-compose.yml", import.meta.url), "utf8");
  // In this order, as Compose does it: an empty variable becomes an empty text, and not nothing.
  return mapTexts(parse(text, { merge: true }).services, (written) => {
    const { value, problems } = interpolate(written, variables);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    return value;
  });
}

/** The same value with each text in it changed; the keys stay. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (Array.isArray(value)) return value.map((inner) => mapTexts(inner, change)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)])) as T;
}
