import { log } from "@clack/prompts";
import { askForSecondFactorCode, confirmSecondFactor, startSecondFactor, whoAmI } from "../flows.ts";
import { type Flow, fieldValue, methodsOf, type Outcome } from "../read-answer.ts";
import { totp } from "../totp.ts";
import { byCode, type CodeStep } from "./by-code.ts";
import { askText, choose, type Screen, showRefusal } from "./screen.ts";
import { showSession } from "./show-session.ts";

/** What follows every sign-in: keep the token, ask for the second factor where one is due, and show who came. */
export async function arrive(screen: Screen, outcome: Outcome | undefined): Promise<void> {
  if (outcome?.kind === "done") return log.warn("Signed up, without a session (no session hook): sign in now.");
  if (outcome?.kind !== "signed-in") return showRefusal(outcome);
  screen.token = outcome.token;
  const who = await whoAmI(screen.kratos, outcome.token);
  if (who.kind === "session") return showSession(who.session);
  if (who.kind !== "second-factor-needed") return showRefusal(who);
  log.warn("The first factor is right. This account asks for a second one.");
  await secondFactor(screen);
}

/** Raises the session from aal1 to aal2, by authenticator app or SMS. */
export async function secondFactor(screen: Screen): Promise<void> {
  const { kratos, token = "" } = screen;
  // A Kratos with one number to choose from sends its SMS with the answer to this, so listen before.
  const expected = await screen.expectCode?.();
  const form = await startSecondFactor(kratos, token);
  if (form.kind !== "form" && form.kind !== "code-sent") return showRefusal(form);
  const methods = methodsOf(form.flow).filter((method) => method === "totp" || method === "code");
  if (methods.length === 0) return log.warn("This account has no second factor yet.");
  const labels = { totp: "Authenticator app", code: "SMS" };
  const options = methods.map((method) => ({ value: method, label: labels[method as "totp" | "code"] }));
  const method = methods.length === 1 ? methods[0] : await choose("Second factor", options);
  if (method === undefined) return;
  const outcome = await (method === "totp" ? byApp(screen, form.flow) : bySms(screen, form, expected));
  if (outcome?.kind !== "signed-in") return showRefusal(outcome);
  screen.token = outcome.token;
  const who = await whoAmI(kratos, outcome.token);
  return who.kind === "session" ? showSession(who.session) : showRefusal(who);
}

async function byApp(screen: Screen, flow: Flow): Promise<Outcome | undefined> {
  const code = await askAppCode(screen.authenticatorSecret);
  return code ? confirmSecondFactor(screen.kratos, flow, "totp", code, screen.token ?? "") : undefined;
}

/** Asks for what the authenticator app shows; where this client plays the app, its code is filled in. */
export function askAppCode(secret: string | undefined): Promise<string | undefined> {
  const initial = secret === undefined ? {} : { initial: totp(secret, Date.now()) };
  return askText(`The code that the authenticator app shows${secret ? "  (this client played it)" : ""}`, initial);
}

async function bySms(screen: Screen, first: Outcome, expected: CodeStep["expected"]): Promise<Outcome | undefined> {
  const { kratos, token = "" } = screen;
  let form: Outcome | undefined = first;
  const to =
    ("flow" in first && first.flow && (fieldValue(first.flow, "address") ?? fieldValue(first.flow, "identifier"))) ||
    "";
  return byCode(screen, {
    to,
    expected,
    ask: async () => {
      const current = form ?? (await startSecondFactor(kratos, token));
      form = undefined;
      return current.kind === "form" ? askForSecondFactorCode(kratos, current.flow, to, token) : current;
    },
    confirm: (flow, code) => confirmSecondFactor(kratos, flow, "code", code, token),
  });
}
