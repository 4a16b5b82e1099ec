import { type Arguments, readArguments, USAGE } from "./arguments.ts";
import { runAuto } from "./auto.ts";
import { freshNumber } from "./fresh-number.ts";
import { createInbox } from "./inbox.ts";
import { createKratos } from "./kratos.ts";
import { showStep } from "./show-step.ts";

const print = (line: string) => console.log(line);

const read = readArguments(process.argv.slice(2), process.env);
process.exitCode = "problem" in read ? showUsage(read.problem) : await run(read);

function showUsage(problem: string | undefined): number {
  if (problem === undefined) print(USAGE);
  else console.error(`${problem}\n${USAGE}`);
  return problem === undefined ? 0 : 2;
}

async function run(options: Arguments): Promise<number> {
  if (options.auto) return auto(options);
  // Loaded only here, so that the smoke test needs no package at all.
  const { runTerminal } = await import("./terminal/run-terminal.ts");
  return runTerminal(options);
}

async function auto({ kratosUrl, inboxUrl = "", inboxToken, steps, printToken }: Arguments): Promise<number> {
  const kratos = createKratos(kratosUrl, (step) => {
    if (steps) for (const line of showStep(step)) print(`  ${line}`);
  });
  const token = await runAuto({
    kratos,
    expectCode: createInbox(inboxUrl, inboxToken),
    phone: freshNumber(Math.random),
    print,
  });
  print(token === undefined ? "not all of it works" : "all of it works");
  if (printToken && token !== undefined) print(token);
  return token === undefined ? 1 : 0;
}
