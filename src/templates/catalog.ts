import { IntlMessageFormat } from "intl-messageformat";

/** What a text may insert; a number is 0 and a string empty when Kratos did not say. */
export interface TextVariables {
  code: string;
  /** How long the code lives, in whole minutes. */
  minutes: number;
  domain: string;
}

const VARIABLES: readonly (keyof TextVariables)[] = ["code", "minutes", "domain"];

/** One text in ICU MessageFormat, ready to fill. */
export interface Text {
  /** Whether it inserts `{code}`; then it cannot stand for a message without one. */
  needsCode: boolean;
  fill(variables: TextVariables): string;
}

/** Texts by template name. */
export type Catalog = ReadonlyMap<string, Text>;

/**
 * Reads one text in ICU MessageFormat; answers with a sentence when it cannot be used for the template.
 *
 * @see https://unicode-org.github.io/icu/userguide/format_parse/messages/
 */
export function parseText(source: string, template: string, locale: string): Text | { problem: string } {
  try {
    const format = new IntlMessageFormat(source.trim(), locale, undefined, { ignoreTag: true });
    const names = variableNames(format.getAst());
    const problem = findProblem(source, template, names);
    if (problem) return { problem };
    return { needsCode: names.includes("code"), fill: (variables) => String(format.format({ ...variables })) };
  } catch (error) {
    return { problem: `is not ICU MessageFormat: ${(error as Error).message.split("\n")[0]}` };
  }
}

function findProblem(source: string, template: string, names: string[]): string | undefined {
  if (source.trim() === "") return "is empty";
  const unknown = names.find((name) => !VARIABLES.includes(name as keyof TextVariables));
  if (unknown) return `uses {${unknown}}; there are ${VARIABLES.map((name) => `{${name}}`).join(", ")}`;
  if (template.endsWith("_code_valid") && !names.includes("code"))
    return "has no {code}, so nobody could log in with it";
  return undefined;
}

type Ast = ReturnType<IntlMessageFormat["getAst"]>;

const LITERAL = 0;
const POUND = 7;

function variableNames(ast: Ast): string[] {
  return ast.flatMap((element) => {
    if (element.type === LITERAL || element.type === POUND) return [];
    const options = "options" in element ? Object.values(element.options) : [];
    return [String(element.value), ...options.flatMap((option) => variableNames(option.value))];
  });
}
