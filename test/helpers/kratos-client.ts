import { call, continueWith, expectState, type KratosAnswer, startFlow, unexpected } from "./kratos-call.ts";

/** Waits for the code that Kratos has just sent by SMS. */
export type CodeHook = () => Promise<string>;

/** A person who is logged in. */
export interface KratosSession {
  token: string;
  identityId: string;
}

/** A phone that Kratos wants verified: the flow whose code is under way. */
export interface StartedVerification {
  flowId: string;
}

/** An app that talks to Kratos' native API: no browser, no cookies, no CSRF token. */
export interface KratosClient {
  register(phone: string, code: CodeHook): Promise<KratosSession>;
  login(phone: string, code: CodeHook): Promise<KratosSession>;
  /** Asks for a login code; `resend` asks for another one in the same flow. */
  askForLoginCode(phone: string): Promise<{ resend(): Promise<void> }>;
  whoami(token: string): Promise<KratosAnswer>;
  recover(phone: string, code: CodeHook): Promise<KratosSession>;
  changePhone(token: string, phone: string): Promise<StartedVerification>;
  verify(started: StartedVerification, code: CodeHook): Promise<void>;
}

/** The app's side of all five flows, as Kratos v26.2 answers them. */
export function createKratosClient(publicUrl: string): KratosClient {
  return {
    register: (phone, code) => register(publicUrl, phone, code),
    login: (phone, code) => login(publicUrl, phone, code),
    askForLoginCode: (phone) => askForLoginCode(publicUrl, phone),
    whoami: (token) => call("GET", `${publicUrl}/sessions/whoami`, undefined, token),
    recover: (phone, code) => recover(publicUrl, phone, code),
    changePhone: (token, phone) => changePhone(publicUrl, token, phone),
    verify: (started, code) => verify(publicUrl, started, code),
  };
}

async function register(publicUrl: string, phone: string, code: CodeHook): Promise<KratosSession> {
  const action = await startFlow(publicUrl, "registration");
  const traits = { phone };
  // 400 is how Kratos says "code sent" here and in a login: the flow is not over yet.
  expectState(await call("POST", action, { method: "code", traits }), 400, "sent_email");
  return readSession(await call("POST", action, { method: "code", traits, code: await code() }));
}

async function login(publicUrl: string, phone: string, code: CodeHook): Promise<KratosSession> {
  const action = await startFlow(publicUrl, "login");
  expectState(await call("POST", action, { method: "code", identifier: phone }), 400, "sent_email");
  return readSession(await call("POST", action, { method: "code", identifier: phone, code: await code() }));
}

async function askForLoginCode(publicUrl: string, phone: string): Promise<{ resend(): Promise<void> }> {
  const action = await startFlow(publicUrl, "login");
  const ask = async (more: object) => {
    expectState(await call("POST", action, { method: "code", identifier: phone, ...more }), 400, "sent_email");
  };
  await ask({});
  return { resend: () => ask({ resend: "code" }) };
}

async function recover(publicUrl: string, phone: string, code: CodeHook): Promise<KratosSession> {
  const action = await startFlow(publicUrl, "recovery");
  const asked = await call("POST", action, { method: "code", recovery_address: phone });
  expectState(asked, 200, "recovery_awaiting_code");
  const answer = await call("POST", action, { method: "code", code: await code() });
  expectState(answer, 200, "passed_challenge");
  const token = continueWith(answer, "set_ory_session_token").ory_session_token;
  const session = await call("GET", `${publicUrl}/sessions/whoami`, undefined, token);
  return { token, identityId: session.body.identity.id };
}

async function changePhone(publicUrl: string, token: string, phone: string): Promise<StartedVerification> {
  const action = await startFlow(publicUrl, "settings", {}, token);
  const answer = await call("POST", action, { method: "profile", traits: { phone } }, token);
  expectState(answer, 200, "success");
  return { flowId: continueWith(answer, "show_verification_ui").flow.id };
}

async function verify(publicUrl: string, { flowId }: StartedVerification, code: CodeHook): Promise<void> {
  const action = `${publicUrl}/self-service/verification?flow=${flowId}`;
  expectState(await call("POST", action, { method: "code", code: await code() }), 200, "passed_challenge");
}

function readSession(answer: KratosAnswer): KratosSession {
  if (answer.status !== 200 || !answer.body.session_token) throw unexpected(answer);
  return { token: answer.body.session_token, identityId: answer.body.session.identity.id };
}
