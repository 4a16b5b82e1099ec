import { stringify } from "yaml";
import { SOURCES } from "../../src/config/environment.ts";
import { OVERLAYS } from "../../src/config/overlay.ts";
import { fileSchema } from "../../src/config/schema.ts";
import { UNCHANGEABLE } from "../../src/config/unchangeable.ts";
import { SECRET_KEYS } from "../../src/config/yaml-file.ts";
import { EXAMPLES } from "./examples.ts";
import { type Row, rowsOf } from "./schema-rows.ts";

/** Every key of the configuration file. */
export const rows: Row[] = rowsOf(fileSchema, "");

/** The names of the file's sections. */
export const sections: string[] = Object.keys(fileSchema.shape);

const INTRODUCTION = `# Configuration

Every key of \`gateway.yaml\`, written from the schema that reads it (\`npm run docs:configuration\`; a test holds it).
[gateway.example.yaml](../gateway.example.yaml) is a whole file with the values we recommend; \`kratos-sms-gateway check\` says what is
wrong with yours, every problem with its line.

- The file is what \`GATEWAY_CONFIG\` names, else \`./gateway.yaml\`; without a file [the environment](#the-environment) is enough.
- \`\${NAME}\` and \`\${NAME:-default}\` in a value come from the environment. \`NAME_FILE=/run/secrets/name\` gives each of them from a file.
- A **secret** may stand in a file of its own: \`authTokenFile: /run/secrets/twilio\` instead of \`authToken: …\`.
- A **path** in the file is sought from the file's folder, wherever the gateway was started; one in a variable from where it was started.
- A **duration** carries a unit: \`500ms\` \`8s\` \`10m\` \`24h\` \`7d\`. A **country** is two capitals, such as \`DE\`, or \`default\` for all others.
- An unknown key is an error. In live mode a key that has no effect yet is one, too.
- \`a[].b\` is the key \`b\` of each item of the list \`a\`; \`<name>\` is a name of yours. **Bold** keys are required where their section is given.
- **Reload** takes a changed file while messages flow ([how](operation.md#change)). Some sections take a restart, as do variables.
`;

/** Variables that are no key's value. */
const OTHER_VARIABLES: [name: string, says: string][] = [
  [
    "GATEWAY_CONFIG",
    "The configuration file; named and missing is an error. Left out, `./gateway.yaml` when it exists.",
  ],
  [
    "GATEWAY_MODE",
    "`dev` or `live`, whatever the file says; without a file, `live` turns what is missing into an error.",
  ],
  ["NODE_ENV", "With `production` (as in the image) a gateway without a configuration does not start in dev mode."],
  ["HTTPS_PROXY", "A proxy for requests to vendors; `https_proxy` as well."],
  ["NO_PROXY", "Hosts that are asked without it, by commas; `no_proxy` as well."],
  ["KRATOS_BIN", "For `doctor`: the Kratos program that evaluates Jsonnet, instead of `kratos` on the PATH."],
];

/** What a variable's key does not say. */
const NOTES: Record<string, string> = {
  ALLOWED_COUNTRIES: "Countries by commas, such as `DE,US`.",
  INBOX_ALLOWED_HOSTS: "Names by commas.",
  TWILIO_FROM: "A number, a name, or the MG… of a Messaging Service.",
};

/** The whole page, as it must stand in `docs/configuration.md`. */
export function configurationPage(): string {
  return `${[INTRODUCTION, overview(), ...sections.map(sectionText), environmentText()].join("\n")}`;
}

function overview(): string {
  const lines = sections.map(
    (name) => `| [${name}](#${name.toLowerCase()}) | ${ownRow(name).says} | ${changedBy(name)} |`,
  );
  return `| section | says | a change takes |\n|---|---|---|\n${lines.join("\n")}\n`;
}

function sectionText(name: string): string {
  const example = EXAMPLES[name] ? `\n\`\`\`yaml\n${EXAMPLES[name]}\n\`\`\`\n` : "";
  const below = rows.filter(({ path }) => path.startsWith(`${name}.`) || path.startsWith(`${name}[`));
  const common = below.filter(({ under }) => !under);
  const branches = [...new Map(below.flatMap(({ under }) => (under ? [[under.title, under]] : []))).values()];
  const ofBranch = (title: string) =>
    below.filter(({ under, path }) => under?.title === title && !path.endsWith(".type"));
  return [
    `## ${name}\n\n${leadOf(ownRow(name), below.length === 0)} A change takes a ${changedBy(name)}.\n${example}`,
    ...(common.length > 0 ? [tableOf(common)] : []),
    ...branches.map(({ title, says }) => `### \`${title}\`\n\n${says}\n${withTable(ofBranch(title))}`),
  ].join("\n");
}

/** A section without keys below it says in its lead what a table would. */
function leadOf(row: Row, isLeaf: boolean): string {
  const [, takes, , meaning] = cells(row);
  return isLeaf ? `${meaning} It takes: ${takes}.` : `${row.says}`;
}

function withTable(shown: Row[]): string {
  return shown.length > 0 ? `\n${tableOf(shown)}` : "";
}

function tableOf(shown: Row[]): string {
  const lines = shown.map((row) => `| ${cells(row).join(" | ")} |`);
  return `| key | takes | default | meaning |\n|---|---|---|---|\n${lines.join("\n")}\n`;
}

function cells({ path, takes, isOptional, default: value, says }: Row): string[] {
  const key = path.split(".").at(-1) ?? "";
  const file = SECRET_KEYS.includes(key) ? `, or its file in \`${key}File\`` : "";
  const meaning = `${says}${variableInWords(path)}`;
  const name = isOptional ? `\`${path}\`` : `**\`${path}\`**`;
  return [name, `${takes}${file}`, defaultInWords(value), meaning].map((cell) => cell.replaceAll("|", "\\|"));
}

/** The variable that sets a key: over the file, or in place of one. */
function variableInWords(path: string): string {
  const over =
    path === "mode" ? "GATEWAY_MODE" : Object.keys(OVERLAYS).find((name) => OVERLAYS[name]?.join(".") === path);
  if (over) return ` \`${over}\` sets it, whatever the file says.`;
  const [, alone] = Object.entries(SOURCES).find(([source]) => source.replace(/\.0/, "[]") === path) ?? [];
  return alone ? ` Without a file, \`${alone}\` sets it.` : "";
}

function defaultInWords(value: unknown): string {
  if (value === undefined || isEmpty(value)) return "";
  return `\`${stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim()}\``;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function ownRow(name: string): Row {
  const row = rows.find(({ path }) => path === name);
  if (!row) throw new Error(`the schema has no ${name}`);
  return row;
}

function changedBy(name: string): "restart" | "reload" {
  return Object.hasOwn(UNCHANGEABLE, name) ? "restart" : "reload";
}

function environmentText(): string {
  const over = Object.entries(OVERLAYS).map(([name, path]) => [name, `\`${path.join(".")}\`, whatever the file says.`]);
  const alone = Object.entries(SOURCES)
    .filter(([, name]) => name !== "GATEWAY_MODE")
    .map(([path, name]) => [name, `\`${path.replace(/\.0/, "[]")}\`, when there is no file.`]);
  const lines = [...OTHER_VARIABLES, ...over, ...alone].map(
    ([name = "", says]) => `| \`${name}\` | ${[says, NOTES[name]].filter(Boolean).join(" ")} |`,
  );
  return `## The environment

Without a file, \`GATEWAY_API_KEY\`, \`ALLOWED_COUNTRIES\` and all variables of one vendor together mean live mode; anything less is dev mode,
and the banner says what is missing. Each secret may come from a file: \`TWILIO_AUTH_TOKEN_FILE=/run/secrets/twilio\`. SNS finds its
credentials as AWS' own tools do. A changed variable takes a restart.

| variable | sets |
|---|---|
${lines.join("\n")}
`;
}
