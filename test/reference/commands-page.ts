import { run } from "../../src/cli/run.ts";

const INTRODUCTION = `# Commands

What \`kratos-sms-gateway help\` and \`kratos-sms-gateway <command> --help\` print, and nothing else (\`npm run docs:configuration\`; a test
holds it). From a checkout it is \`npm run -s cli -- <command>\`, in the image \`node dist/main.js <command>\`.

Those that ask a running gateway find it, and its key, by the same [configuration](configuration.md) that it was started with; \`--url\` and
\`--key\` name another one. They ask its HTTP API and touch nothing else, so they may run anywhere that reaches it.

| exit code | means |
|---|---|
| 0 | done; for \`send\`: taken, for \`doctor\`: nothing is wrong |
| 1 | failed: the last line says why |
| 2 | used wrongly: a word or a flag is missing, unknown or too much |
| 3 | nothing came in time (\`wait\`) |
| 78 | the configuration is wrong or cannot be read |
`;

/** The whole page, as it must stand in `docs/commands.md`. */
export async function commandsPage(): Promise<string> {
  const overview = await printed("help");
  const names = [...overview.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = ""]) => name);
  const pages = [];
  for (const name of names) pages.push(`## ${name}\n\n${fenced(await printed(name, "--help"))}`);
  return [INTRODUCTION, fenced(overview), ...pages].join("\n");
}

async function printed(...argv: string[]): Promise<string> {
  let text = "";
  const print = (more: string) => {
    text += more;
  };
  await run(argv, { environment: {}, out: print, err: print });
  return text;
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\`\`\`\n`;
}
