import type { Kratos } from "./kratos.ts";
import { type Flow, methodsOf, type Outcome, readAnswer } from "./read-answer.ts";

/** The person's own fields, as the identity schema names them: `{ phone: "+12025550123" }`. */
export type Traits = Record<string, string>;

// Every flow is the same dance: GET a form, POST it to its `ui.action`, POST it again with the code from the SMS.

/** Sign up, 1: a form that asks for the traits. */
export async function startSignUp(kratos: Kratos): Promise<Outcome> {
  return readAnswer(await kratos.call("GET", "/self-service/registration/api"));
}

/** Sign up, 2: the traits; a Kratos that asks for them before the method (`style: profile_first`) goes on by itself. */
export async function chooseTraits(kratos: Kratos, flow: Flow, traits: Traits): Promise<Outcome> {
  if (!methodsOf(flow).includes("profile")) return { kind: "form", flow };
  return post(kratos, flow, { method: "profile", traits });
}

/** Sign up, 3: asks for the code. Kratos says "sent" with a 400, since the flow is not over yet. */
export function askForSignUpCode(kratos: Kratos, flow: Flow, traits: Traits): Promise<Outcome> {
  return post(kratos, flow, { method: "code", traits });
}

/** Sign up, 4: the code, with the same traits again. */
export function confirmSignUp(kratos: Kratos, flow: Flow, traits: Traits, code: string): Promise<Outcome> {
  return post(kratos, flow, { method: "code", traits, code });
}

/** Sign up, 3 and 4, where a password is the first factor. */
export function signUpWithPassword(kratos: Kratos, flow: Flow, traits: Traits, password: string): Promise<Outcome> {
  return post(kratos, flow, { method: "password", traits, password });
}

/** Sign in, 1: a form that asks who you are. */
export async function startSignIn(kratos: Kratos): Promise<Outcome> {
  return readAnswer(await kratos.call("GET", "/self-service/login/api"));
}

/** Sign in, 2: asks for the code. An unknown number is refused, and no SMS leaves. */
export function askForSignInCode(kratos: Kratos, flow: Flow, identifier: string): Promise<Outcome> {
  return post(kratos, flow, { method: "code", identifier });
}

/** Sign in, 3: the code, with the same identifier again. */
export function confirmSignIn(kratos: Kratos, flow: Flow, identifier: string, code: string): Promise<Outcome> {
  return post(kratos, flow, { method: "code", identifier, code });
}

/** Sign in, 2 and 3, where a password is the first factor. */
export function signInWithPassword(kratos: Kratos, flow: Flow, identifier: string, password: string): Promise<Outcome> {
  return post(kratos, flow, { method: "password", identifier, password });
}

/** Second factor, 1: a login form once more, `aal2`. With one number and nothing else to choose Kratos sends at once. */
export async function startSecondFactor(kratos: Kratos, token: string): Promise<Outcome> {
  return readAnswer(await kratos.call("GET", "/self-service/login/api?aal=aal2", undefined, token));
}

/** Second factor, 2: asks for an SMS to one of the person's own numbers. */
export function askForSecondFactorCode(kratos: Kratos, flow: Flow, address: string, token: string): Promise<Outcome> {
  return post(kratos, flow, { method: "code", address }, token);
}

/** Second factor, 3: the code from the SMS, or from the authenticator app. */
export function confirmSecondFactor(
  kratos: Kratos,
  flow: Flow,
  method: "code" | "totp",
  code: string,
  token: string,
): Promise<Outcome> {
  return post(kratos, flow, method === "totp" ? { method, totp_code: code } : { method, code }, token);
}

/** Recovery, 1: a form that asks for the number. */
export async function startRecovery(kratos: Kratos): Promise<Outcome> {
  return readAnswer(await kratos.call("GET", "/self-service/recovery/api"));
}

/** Recovery, 2: asks for the code. An unknown number gets the same answer, and no SMS. */
export function askForRecoveryCode(kratos: Kratos, flow: Flow, phone: string): Promise<Outcome> {
  return post(kratos, flow, { method: "code", recovery_address: phone });
}

/** Recovery, 3: the code. The token is among what to do next (`continue_with`), not in the answer itself. */
export function confirmRecovery(kratos: Kratos, flow: Flow, code: string): Promise<Outcome> {
  return post(kratos, flow, { method: "code", code });
}

/** Settings, 1: everything that the person may change, one group of fields each. */
export async function startSettings(kratos: Kratos, token: string): Promise<Outcome> {
  return readAnswer(await kratos.call("GET", "/self-service/settings/api", undefined, token));
}

/** Settings, 2: other traits. The code for a new number is sent at once, in a verification flow of its own. */
export function changeTraits(kratos: Kratos, flow: Flow, traits: Traits, token: string): Promise<Outcome> {
  return post(kratos, flow, { method: "profile", traits }, token);
}

/** Settings, 2: an authenticator app, proven by its first code. */
export function addAuthenticator(kratos: Kratos, flow: Flow, code: string, token: string): Promise<Outcome> {
  return post(kratos, flow, { method: "totp", totp_code: code }, token);
}

/** Verification: the code that was sent to the new number. */
export async function confirmVerification(kratos: Kratos, flowId: string, code: string): Promise<Outcome> {
  const path = `/self-service/verification?flow=${encodeURIComponent(flowId)}`;
  return readAnswer(await kratos.call("POST", path, { method: "code", code }));
}

/** Who the token belongs to, or that it takes a second factor to know. */
export async function whoAmI(kratos: Kratos, token: string): Promise<Outcome> {
  return readAnswer(await kratos.call("GET", "/sessions/whoami", undefined, token));
}

/** Ends the session; the token is worth nothing afterwards. */
export async function signOut(kratos: Kratos, token: string): Promise<Outcome> {
  return readAnswer(await kratos.call("DELETE", "/self-service/logout/api", { session_token: token }));
}

async function post(kratos: Kratos, { ui }: Flow, body: object, token?: string): Promise<Outcome> {
  return readAnswer(await kratos.call("POST", ui.action, body, token));
}
