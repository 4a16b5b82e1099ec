import { log, spinner } from "@clack/prompts";
import type { ExpectCode } from "../inbox.ts";
import type { Flow, Outcome } from "../read-answer.ts";
import { askText, type Screen } from "./screen.ts";

/** A step that Kratos proves with a code. */
export interface CodeStep {
  /** The number that the code goes to, or what stands for it. */
  to: string;
  /** Starts the flow and asks for the code. */
  ask(): Promise<Outcome>;
  confirm(flow: Flow, code: string): Promise<Outcome>;
  /** Kratos v26.2 sends the code for a changed number once, and never again. */
  isSentOnce?: boolean;
  /** Listens since before the step, where Kratos may have sent the code already. */
  expected?: Awaited<ReturnType<ExpectCode>> | undefined;
}

type Expected = Awaited<ReturnType<ExpectCode>> | undefined;

/** Asks for a code, takes it from the inbox or the person, and tries again while it is wrong. */
export async function byCode(screen: Screen, step: CodeStep): Promise<Outcome | undefined> {
  let expected: Expected = step.expected ?? (await screen.expectCode?.());
  let asked = await step.ask();
  while (asked.kind === "code-sent") {
    const code = (await fromInbox(step.to, expected)) ?? (await typed(step));
    if (code === undefined) return undefined;
    if (code === "") {
      expected = await screen.expectCode?.();
      asked = await step.ask();
      if (asked.kind === "code-sent") log.info("Another code is on its way.");
      continue;
    }
    const outcome = await step.confirm(asked.flow, code);
    if (outcome.kind !== "refused" || !outcome.flow) return outcome;
    log.error(outcome.says.join("\n"));
    expected = undefined;
  }
  return asked;
}

async function fromInbox(to: string, expected: Expected): Promise<string | undefined> {
  if (!expected) return undefined;
  const wait = spinner();
  wait.start(`Waiting for the SMS to ${to}`);
  const code = await expected(to).catch((error: Error) => log.error(error.message));
  if (code) wait.stop(`The SMS came: ${code}`);
  else wait.error("No code came to the inbox.");
  return code ?? undefined;
}

function typed({ to, isSentOnce = false }: CodeStep): Promise<string | undefined> {
  const hint = isSentOnce ? "" : "  (empty: send another)";
  return askText(`The code from the SMS to ${to}${hint}`, { optional: !isSentOnce });
}
