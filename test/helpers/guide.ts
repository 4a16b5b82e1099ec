/** A fenced block of a guide: what it is, by the words after the fence, and what it says. */
export interface GuideBlock {
  kind: "command" | "gateway" | "output" | "file" | "change";
  /** The file that a `file` or `change` is about. */
  path: string;
  text: string;
  exitCode: number;
}

const FENCE = /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm;

/**
 * The blocks of a guide in order: `sh` (`exits-with-1`) runs, `sh gateway` runs in the gateway's terminal until the next one,
 * `text` is what the command above printed, `yaml <file>` writes a file and `diff <file>` changes one.
 */
export function readGuide(markdown: string): GuideBlock[] {
  return [...markdown.matchAll(FENCE)].map(([, language = "", word = "", text = ""]) => {
    const exitCode = Number(/^exits-with-(\d+)$/.exec(word)?.[1] ?? 0);
    if (language === "sh" && word === "gateway") return { kind: "gateway", path: "", text, exitCode };
    if (language === "sh" && (word === "" || exitCode > 0)) return { kind: "command", path: "", text, exitCode };
    if (language === "text" && word === "") return { kind: "output", path: "", text, exitCode };
    if (language === "yaml" && word !== "") return { kind: "file", path: word, text, exitCode };
    if (language === "diff" && word !== "") return { kind: "change", path: word, text, exitCode };
    throw new Error(`a guide cannot have a block of ${language} ${word}`);
  });
}

/** The text with the lines of a diff changed; what it takes away must be there, once. */
export function applyChange(text: string, diff: string): string {
  const lines = (sign: string) =>
    diff
      .split("\n")
      .filter((line) => line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const [before, ...after] = text.split(lines("-"));
  if (before === undefined || after.length !== 1) throw new Error(`not there exactly once:\n${lines("-")}`);
  return `${before}${lines("+")}${after[0]}`;
}

/** A pattern for what a guide says a command prints: each line somewhere, in this order, with anything for `…`. */
export function outputPattern(text: string): RegExp {
  const quote = (line: string) => line.split("…").map(escapePattern).join(".*");
  return new RegExp(text.trimEnd().split("\n").map(quote).join("[\\s\\S]*"));
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
