import {
  askForRecoveryCode,
  askForSignInCode,
  confirmRecovery,
  confirmSignIn,
  signInWithPassword,
  startRecovery,
  startSignIn,
} from "../flows.ts";
import { methodsOf, type Outcome } from "../read-answer.ts";
import { byCode } from "./by-code.ts";
import { askSecret, askText, type Screen, showRefusal } from "./screen.ts";
import { arrive } from "./second-factor.ts";

/** Signs a person in: by code where this Kratos offers it, else by password. */
export async function signIn(screen: Screen): Promise<void> {
  const started = await startSignIn(screen.kratos);
  if (started.kind !== "form") return showRefusal(started);
  const isByCode = methodsOf(started.flow).includes("code");
  const identifier = await askIdentifier(screen, isByCode ? "Phone number" : "E-mail address or phone number");
  if (!identifier) return;
  if (isByCode) return arrive(screen, await signInByCode(screen, identifier));
  const password = await askSecret("Password");
  if (password === undefined) return;
  await arrive(screen, await signInWithPassword(screen.kratos, started.flow, identifier, password));
}

function signInByCode(screen: Screen, identifier: string): Promise<Outcome | undefined> {
  const { kratos } = screen;
  return byCode(screen, {
    to: identifier,
    ask: async () => {
      const form = await startSignIn(kratos);
      return form.kind === "form" ? askForSignInCode(kratos, form.flow, identifier) : form;
    },
    confirm: (flow, code) => confirmSignIn(kratos, flow, identifier, code),
  });
}

/** Lets a person in who has lost everything but the phone. */
export async function recover(screen: Screen): Promise<void> {
  const { kratos } = screen;
  const phone = await askIdentifier(screen, "Phone number of the account");
  if (!phone) return;
  const outcome = await byCode(screen, {
    to: phone,
    ask: async () => {
      const form = await startRecovery(kratos);
      return form.kind === "form" ? askForRecoveryCode(kratos, form.flow, phone) : form;
    },
    confirm: (flow, code) => confirmRecovery(kratos, flow, code),
  });
  await arrive(screen, outcome);
}

async function askIdentifier(screen: Screen, message: string): Promise<string | undefined> {
  const answer = await askText(message, screen.identifier ? { initial: screen.identifier } : {});
  if (answer) screen.identifier = answer;
  return answer;
}
