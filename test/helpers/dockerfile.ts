import { readFileSync } from "node:fs";

/** One instruction, its continued lines joined. */
export interface Instruction {
  keyword: string;
  text: string;
}

/** From one FROM to the next. */
export interface Stage {
  image: string;
  name: string | undefined;
  instructions: Instruction[];
}

/** The stages of the repository's Dockerfile, in order. */
export function readDockerfile(): Stage[] {
  const text = readFileSync(new URL("../../Dockerfile", import.meta.url), "utf8");
  const lines = text.replace(/^\s*#.*\n/gm, "").replaceAll("\\\n", " ");
  const stages: Stage[] = [];
  for (const [, keyword = "", rest = ""] of lines.matchAll(/^([A-Z]+)\s+(.*)$/gm)) {
    const [image = "", , name] = rest.split(/\s+/);
    if (keyword === "FROM") stages.push({ image, name, instructions: [] });
    else stages.at(-1)?.instructions.push({ keyword, text: rest.trim() });
  }
  return stages;
}

/** A COPY: where from (undefined: the build context), what, and where to. */
export function readCopy({ text }: Instruction): { from: string | undefined; sources: string[]; to: string } {
  const words = text.split(/\s+/);
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((word) => !word.startsWith("--"));
  return { from, sources: paths.slice(0, -1), to: paths.at(-1) ?? "" };
}

/** What the last of these instructions says; undefined when there is none. */
export function lastOf({ instructions }: Stage, keyword: string): string | undefined {
  return instructions.findLast((instruction) => instruction.keyword === keyword)?.text;
}

/** The words of `CMD ["node", "x"]` behind whatever options stand before them. */
export function execForm(text: string | undefined): string[] {
  return JSON.parse(/\[.*\]$/.exec(text ?? "")?.[0] ?? "[]");
}
