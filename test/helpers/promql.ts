/** What a PromQL expression names. */
export interface PromqlNames {
  metrics: string[];
  labels: string[];
  /** Values that a label is compared with, split at `|`. */
  compared: { label: string; value: string }[];
}

const WORDS = new Set(
  "sum max min avg count topk by without on and or unless rate increase delta histogram_quantile bool".split(" "),
);

/** The names in an expression; throws when its brackets or words make no sense. */
export function readPromql(expression: string): PromqlNames {
  const matchers = [...expression.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)];
  const compared = matchers.flatMap(([, label = "", values = ""]) =>
    values.split("|").map((value) => ({ label, value })),
  );
  const grouped = [...expression.matchAll(/\b(?:by|without|on)\s*\(([^)]*)\)/g)];
  const groupLabels = grouped.flatMap(([, list = ""]) => list.split(",").map((label) => label.trim()));
  checkBrackets(expression);
  const rest = expression
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replace(/\b(by|without|on)\s*\([^)]*\)/g, " ")
    .replace(/[\d.]+/g, (number, at: number, all: string) => (/\w/.test(all[at - 1] ?? "") ? number : " "));
  const metrics = (rest.match(/[a-z_]\w*/gi) ?? []).filter((word) => !WORDS.has(word));
  if (metrics.length === 0) throw new Error(`no metric in: ${expression}`);
  return { metrics, labels: [...compared.map(({ label }) => label), ...groupLabels], compared };
}

function checkBrackets(expression: string): void {
  const pairs: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  const open: string[] = [];
  for (const sign of expression.replace(/"[^"]*"/g, "")) {
    if ("([{".includes(sign)) open.push(sign);
    if (sign in pairs && open.pop() !== pairs[sign]) throw new Error(`brackets do not match in: ${expression}`);
  }
  if (open.length > 0) throw new Error(`brackets do not match in: ${expression}`);
}
