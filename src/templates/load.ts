import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { type Files, machineFiles } from "../values/files.ts";
import { type Catalog, parseText, type Text } from "./catalog.ts";
import { en } from "./locales/en.ts";

/** `templates:` of the configuration file. */
export const templateOptions = z.strictObject({
  use: z
    .union(
      [
        z.literal("kratos"),
        z.literal("builtin"),
        z.strictObject({
          dir: z.string().min(1).describe("A folder beside the file, with a `<template type>.txt` for each text."),
        }),
      ],
      { error: "use is kratos, builtin or { dir: ./templates }" },
    )
    .describe("kratos sends the text as it came, builtin ours, `{ dir: ./templates }` yours."),
});

/** Whose texts are sent. */
export type TemplateOptions = z.infer<typeof templateOptions>;

/** Texts that cannot be used, each with its place. */
export interface CatalogProblem {
  place: string;
  problem: string;
}

/** Reads every text that `options` asks for; a directory holds one `<template type>.txt` each. */
export function loadCatalog(
  { use }: TemplateOptions,
  baseDirectory: string,
  files: Files = machineFiles,
): { catalog: Catalog; problems: CatalogProblem[] } {
  if (use === "kratos") return { catalog: new Map(), problems: [] };
  if (use === "builtin") return parseAll(Object.entries(en));
  const directory = resolve(baseDirectory, use.dir);
  try {
    const names = files.names(directory).filter((name) => name.endsWith(".txt"));
    if (names.length === 0)
      return { catalog: new Map(), problems: [{ place: directory, problem: "holds no <template type>.txt" }] };
    return parseAll(names.map((name) => [join(directory, name), files.text(join(directory, name))]));
  } catch {
    return { catalog: new Map(), problems: [{ place: directory, problem: "cannot be read" }] };
  }
}

function parseAll(sources: [place: string, source: string][]): { catalog: Catalog; problems: CatalogProblem[] } {
  const catalog = new Map<string, Text>();
  const problems: CatalogProblem[] = [];
  for (const [place, source] of sources) {
    const template = basename(place, ".txt");
    const text = parseText(source, template, "en");
    if ("problem" in text) problems.push({ place, problem: text.problem });
    else catalog.set(template, text);
  }
  return { catalog, problems };
}
