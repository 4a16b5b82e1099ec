import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, expectState, startFlow } from "../helpers/kratos-call.ts";
import { kratosMissing, messagesTo, type Stack, startStack, unlessRun, WITHOUT_BREACH_LIST } from "./stack.ts";

const PASSWORD = "correct horse 3 battery";

describe.skipIf(kratosMissing)(`Kratos with kratos.email.yml${unlessRun}`, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      kratosOverrides: { "courier.message_retries": 1 },
      kratos: { overlays: ["kratos.email.yml"], env: WITHOUT_BREACH_LIST },
    });
  });
  afterAll(() => stack?.stop());

  const register = async (schema: string, body: object) => {
    const action = await startFlow(stack.kratos.publicUrl, "registration", { identity_schema: schema });
    return { action, answer: await call("POST", action, body) };
  };
  const schemaOf = async (token: string) => (await stack.app.whoami(token)).body.identity.schema_id;

  it("takes the phone alone, as before, when the app names no schema", async () => {
    const session = await stack.app.register("+4915735990123", await stack.nextCode("+4915735990123"));
    expect(await schemaOf(session.token)).toBe("phone");
  });

  it("refuses a schema that is not on the list", async () => {
    await expect(startFlow(stack.kratos.publicUrl, "registration", { identity_schema: "invented" })).rejects.toThrow(
      "Kratos answered 400",
    );
  });

  it("logs a person in by e-mail and password, and verifies the e-mail address", async () => {
    const traits = { email: "anna@example.com" };
    const { answer } = await register("email-password", { method: "password", password: PASSWORD, traits });
    expect(answer.status).toBe(200);
    expect(await schemaOf(answer.body.session_token)).toBe("email-password");

    const login = await call("POST", await startFlow(stack.kratos.publicUrl, "login"), {
      ...{ method: "password", identifier: traits.email, password: PASSWORD },
    });
    expect(login.status).toBe(200);
    expect(await messagesTo(stack.kratos, traits.email)).toMatchObject([{ template_type: "verification_code_valid" }]);
  });

  it("sends no SMS for a phone beside an e-mail address, but lets a code to it log in, password or not", async () => {
    const traits = { email: "berta@example.com", phone: "+4915735990124" };
    const { answer } = await register("email-password", { method: "password", password: PASSWORD, traits });
    expect(answer.status).toBe(200);
    expect(await messagesTo(stack.kratos, traits.phone)).toEqual([]);

    const session = await stack.app.login(traits.phone, await stack.nextCode(traits.phone));
    expect(session.identityId).toBe(answer.body.identity.id);
  });

  it("has no password for those who have a phone alone", async () => {
    const traits = { phone: "+4915735990125" };
    const { answer } = await register("phone", { method: "password", password: PASSWORD, traits });
    expect(answer).toMatchObject({ status: 400, body: { ui: { messages: [{ id: 4000009 }] } } });
  });

  it("sends a code to each of two identifiers, takes either, and verifies the one whose code it was", async () => {
    const traits = { email: "clara@example.com", phone: "+4915735990126" };
    const codeFromSms = await stack.nextCode(traits.phone);
    const { action, answer } = await register("email-phone", { method: "code", traits });
    expectState(answer, 400, "sent_email");
    const [mail] = await messagesTo(stack.kratos, traits.email);
    expect(mail).toMatchObject({ type: "email", template_type: "registration_code_valid" });
    const code = await codeFromSms();
    expect(mail?.body).not.toContain(code);

    const registered = await call("POST", action, { method: "code", traits, code });
    expect(registered.status).toBe(200);
    const addresses: { via: string; verified: boolean }[] = registered.body.identity.verifiable_addresses;
    expect(addresses.map(({ via, verified }) => `${via} ${verified}`).sort()).toEqual(["email false", "sms true"]);

    const session = await stack.app.login(traits.phone, await stack.nextCode(traits.phone));
    expect(session.identityId).toBe(registered.body.identity.id);
    const byMail = await startFlow(stack.kratos.publicUrl, "login");
    expectState(await call("POST", byMail, { method: "code", identifier: traits.email }), 400, "sent_email");
  });

  it("gives up an e-mail after as many tries as an SMS: message_retries is one number for both", async () => {
    const traits = { email: "dora@example.com", phone: "+4915735990127" };
    await expect(
      register("email-phone", { method: "code", traits }).then(({ answer }) => answer.body.state),
    ).resolves.toBe("sent_email");
    const state = async () =>
      (await messagesTo(stack.kratos, traits.email)).map((each) => [each.status, each.send_count]);
    // No mail server listens here.
    await expect.poll(state, { timeout: 20_000, interval: 200 }).toEqual([["abandoned", 2]]);
    expect(await messagesTo(stack.kratos, traits.phone)).toMatchObject([{ status: "sent" }]);
  });
});
