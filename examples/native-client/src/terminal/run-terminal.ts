import { styleText } from "node:util";
import { intro, log, outro } from "@clack/prompts";
import type { Arguments } from "../arguments.ts";
import { signOut as endSession, whoAmI } from "../flows.ts";
import { freshNumber } from "../fresh-number.ts";
import { createInbox } from "../inbox.ts";
import { createKratos } from "../kratos.ts";
import { showStep } from "../show-step.ts";
import { choose, type Screen, showRefusal } from "./screen.ts";
import { secondFactor } from "./second-factor.ts";
import { addAuthenticatorApp, changeNumber } from "./settings.ts";
import { showSession } from "./show-session.ts";
import { recover, signIn } from "./sign-in.ts";
import { signUp } from "./sign-up.ts";

interface Choice {
  label: string;
  hint?: string;
  run(screen: Screen): Promise<void> | void;
}

const SIGNED_OUT: Record<string, Choice> = {
  "sign-up": { label: "Sign up", hint: "a new account", run: signUp },
  "sign-in": { label: "Sign in", run: signIn },
  recover: { label: "Recover an account", run: recover },
};

const SIGNED_IN: Record<string, Choice> = {
  "who-am-i": { label: "Who am I?", run: showWho },
  change: { label: "Change my number", run: changeNumber },
  authenticator: { label: "Add an authenticator app", hint: "as second factor", run: addAuthenticatorApp },
  "second-factor": { label: "Give the second factor", run: secondFactor },
  "sign-out": { label: "Sign out", run: signOut },
};

/** Asks what to do until the person quits; answers with the exit code. */
export async function runTerminal(options: Arguments): Promise<number> {
  const screen = createScreen(options);
  intro(`${styleText("inverse", " Kratos by phone ")} ${options.kratosUrl}`);
  log.info(
    options.inboxUrl === undefined
      ? "You type the codes. They come by themselves with --inbox <url>."
      : `Codes come from the inbox at ${options.inboxUrl}`,
  );
  for (;;) {
    const choices = screen.token === undefined ? SIGNED_OUT : SIGNED_IN;
    const chosen = await choose(screen.token === undefined ? "You are signed out." : "You are signed in.", [
      ...Object.entries(choices).map(([value, { label, hint }]) => ({ value, label, ...(hint && { hint }) })),
      { value: "steps", label: screen.showsSteps ? "Hide the HTTP steps" : "Show the HTTP steps" },
      { value: "quit", label: "Quit" },
    ]);
    if (chosen === undefined || chosen === "quit") break;
    if (chosen === "steps") screen.showsSteps = !screen.showsSteps;
    else await attempt(screen, choices[chosen]);
  }
  outro("Bye.");
  return 0;
}

async function attempt(screen: Screen, choice: Choice | undefined): Promise<void> {
  try {
    await choice?.run(screen);
  } catch (error) {
    log.error(error instanceof Error ? error.message : String(error));
  }
}

function createScreen({ kratosUrl, inboxUrl, inboxToken, steps }: Arguments): Screen {
  const screen: Screen = {
    kratos: createKratos(kratosUrl, (step) => {
      if (!screen.showsSteps) return;
      const [first = "", ...rest] = showStep(step, (process.stdout.columns || 100) - 4);
      log.message([styleText("cyan", first), ...rest.map((line) => styleText("dim", line))], { spacing: 0 });
    }),
    expectCode: inboxUrl === undefined ? undefined : createInbox(inboxUrl, inboxToken),
    inventNumber: () => freshNumber(Math.random),
    showsSteps: steps,
  };
  return screen;
}

async function showWho({ kratos, token = "" }: Screen): Promise<void> {
  const who = await whoAmI(kratos, token);
  return who.kind === "session" ? showSession(who.session) : showRefusal(who);
}

async function signOut(screen: Screen): Promise<void> {
  const outcome = await endSession(screen.kratos, screen.token ?? "");
  if (outcome.kind !== "done") showRefusal(outcome);
  screen.token = undefined;
  log.success("Signed out.");
}
