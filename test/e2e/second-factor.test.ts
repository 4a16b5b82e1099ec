import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { totp } from "../../examples/native-client/src/totp.ts";
import { call, continueWith, expectState, startFlow } from "../helpers/kratos-call.ts";
import { kratosMissing, messagesTo, type Stack, startStack, unlessRun, WITHOUT_BREACH_LIST } from "./stack.ts";

const NEEDS_SECOND_FACTOR = { status: 403, body: { error: { id: "session_aal2_required" } } };

describe.skipIf(kratosMissing)(`an authenticator app after a code by SMS: kratos.totp.yml${unlessRun}`, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ kratos: { overlays: ["kratos.totp.yml"] } });
  });
  afterAll(() => stack?.stop());

  async function loggedIn(phone: string): Promise<string> {
    const code = await stack.nextCode(phone);
    const flow = await startFlow(stack.kratos.publicUrl, "login");
    const body = { method: "code", identifier: phone };
    expectState(await call("POST", flow, body), 400, "sent_email");
    const { session, session_token } = (await call("POST", flow, { ...body, code: await code() })).body;
    expect(session.identity).toBeNull(); // Kratos tells nothing of the person before the second factor
    return session_token;
  }
  const secondStep = (token: string) => startFlow(stack.kratos.publicUrl, "login", { aal: "aal2" }, token);

  async function withApp(phone: string): Promise<string> {
    const { token } = await stack.app.register(phone, await stack.nextCode(phone));
    const settings = await call("GET", `${stack.kratos.publicUrl}/self-service/settings/api`, undefined, token);
    const nodes: { attributes: { id?: string; text?: { context: { secret: string } } } }[] = settings.body.ui.nodes;
    const secret = nodes.find(({ attributes }) => attributes.id === "totp_secret_key")?.attributes.text?.context.secret;
    const body = { method: "totp", totp_code: totp(secret ?? "", Date.now()) };
    expectState(await call("POST", settings.body.ui.action, body, token), 200, "success");
    return secret ?? "";
  }

  it("asks nobody who has set none up", async () => {
    const session = await stack.app.register("+4915735990123", await stack.nextCode("+4915735990123"));
    expect((await stack.app.whoami(session.token)).status).toBe(200);
  });

  it("lets nobody in before the app's code, and with it both factors count", async () => {
    const secret = await withApp("+4915735990124");
    const token = await loggedIn("+4915735990124");
    expect(await stack.app.whoami(token)).toMatchObject(NEEDS_SECOND_FACTOR);

    const body = { method: "totp", totp_code: totp(secret, Date.now()) };
    expect((await call("POST", await secondStep(token), body, token)).status).toBe(200);
    const { authenticator_assurance_level, authentication_methods } = (await stack.app.whoami(token)).body;
    expect(authenticator_assurance_level).toBe("aal2");
    expect(authentication_methods).toMatchObject([{ method: "code" }, { method: "totp" }]);
  });

  it("refuses a wrong code, a password and another SMS in its place", async () => {
    const secret = await withApp("+4915735990125");
    const token = await loggedIn("+4915735990125");
    const wrong = totp(secret, Date.now() - 86_400_000);
    const bodies = [
      { method: "totp", totp_code: wrong },
      { method: "password", identifier: "+4915735990125", password: "correct horse 3 battery" },
      { method: "code", identifier: "+4915735990125" },
    ];
    for (const body of bodies) expect((await call("POST", await secondStep(token), body, token)).status).toBe(400);
    expect(await stack.app.whoami(token)).toMatchObject(NEEDS_SECOND_FACTOR);
  });

  it("keeps a recovered account behind the second factor: a lost app is not recovered by SMS", async () => {
    await withApp("+4915735990126");
    const flow = await startFlow(stack.kratos.publicUrl, "recovery");
    const code = await stack.nextCode("+4915735990126");
    await call("POST", flow, { method: "code", recovery_address: "+4915735990126" });
    const recovered = await call("POST", flow, { method: "code", code: await code() });
    const token = continueWith(recovered, "set_ory_session_token").ory_session_token;
    expect(await stack.app.whoami(token)).toMatchObject(NEEDS_SECOND_FACTOR);
    await expect(startFlow(stack.kratos.publicUrl, "settings", {}, token)).rejects.toThrow("session_aal2_required");
  });
});

describe.skipIf(kratosMissing)(`a code by SMS after a password: kratos.mfa.yml${unlessRun}`, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ kratos: { overlays: ["kratos.mfa.yml"], env: WITHOUT_BREACH_LIST } });
  });
  afterAll(() => stack?.stop());

  async function registered(traits: { email: string; phone?: string }): Promise<string> {
    const body = { method: "password", password: "correct horse 3 battery", traits };
    const answer = await call("POST", await startFlow(stack.kratos.publicUrl, "registration"), body);
    expect(answer.status).toBe(200);
    return answer.body.session_token;
  }
  const beginSecondStep = (token: string) =>
    call("GET", `${stack.kratos.publicUrl}/self-service/login/api?aal=aal2`, undefined, token);

  it("sends the code when the second step begins, and lets the person in with it alone", async () => {
    const phone = "+4915735990127";
    const token = await registered({ email: "anna@example.com", phone });
    expect(await stack.app.whoami(token)).toMatchObject(NEEDS_SECOND_FACTOR);
    expect(await messagesTo(stack.kratos, phone)).toEqual([]);

    const code = await stack.nextCode(phone);
    const begun = await beginSecondStep(token);
    expectState(begun, 200, "sent_email");
    const right = await code();
    const submit = (tried: string) => call("POST", begun.body.ui.action, { method: "code", code: tried }, token);
    expect((await submit(right === "000000" ? "111111" : "000000")).status).toBe(400);
    expect((await submit(right)).status).toBe(200);
    const { authenticator_assurance_level, authentication_methods } = (await stack.app.whoami(token)).body;
    expect(authenticator_assurance_level).toBe("aal2");
    expect(authentication_methods).toMatchObject([{ method: "password" }, { method: "code" }]);
    expect(await messagesTo(stack.kratos, phone)).toMatchObject([{ template_type: "login_code_valid" }]);
  });

  it("asks nobody who has no phone", async () => {
    expect((await stack.app.whoami(await registered({ email: "berta@example.com" }))).status).toBe(200);
  });

  it("keeps the settings behind the second factor, so that nobody exchanges the phone with the password alone", async () => {
    const token = await registered({ email: "clara@example.com", phone: "+4915735990128" });
    await expect(startFlow(stack.kratos.publicUrl, "settings", {}, token)).rejects.toThrow("session_aal2_required");
  });

  it("logs nobody in by the code alone", async () => {
    await registered({ email: "dora@example.com", phone: "+4915735990129" });
    const flow = await startFlow(stack.kratos.publicUrl, "login");
    const answer = await call("POST", flow, { method: "code", identifier: "+4915735990129" });
    expect(answer.status).toBe(400);
    expect(answer.body.state).not.toBe("sent_email");
    expect(await messagesTo(stack.kratos, "+4915735990129")).toEqual([]);
  });
});
