import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainMissingKratos, kratosMissing, type Stack, startStack, unlessRun } from "./stack.ts";

explainMissingKratos();

describe.skipIf(kratosMissing)(`Kratos with our kratos.yml${unlessRun}`, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  it("registers a person with the code from the SMS and logs them in at once", async () => {
    const { app, nextCode } = stack;
    const session = await app.register("+4915735990123", await nextCode("+4915735990123"));

    const { status, body } = await app.whoami(session.token);
    expect(status).toBe(200);
    expect(body.identity.traits).toEqual({ phone: "+4915735990123" });
    expect(body.identity.verifiable_addresses).toMatchObject([{ via: "sms", verified: true }]);
  });

  it("logs a person in with the code from the SMS", async () => {
    const { app, nextCode } = stack;
    const { identityId } = await app.register("+4915735990124", await nextCode("+4915735990124"));

    const session = await app.login("+4915735990124", await nextCode("+4915735990124"));
    expect(session.identityId).toBe(identityId);
    expect((await app.whoami(session.token)).body.authentication_methods).toMatchObject([{ method: "code" }]);
  });

  it("tells nobody who a wrong token belongs to", async () => {
    expect((await stack.app.whoami("ory_st_invented")).status).toBe(401);
  });

  it("logs nobody in with a wrong code", async () => {
    const { app, nextCode } = stack;
    const phone = "+4915735990125";
    await app.register(phone, await nextCode(phone));

    const right = await nextCode(phone);
    const wrong = async () => ((await right()) === "000000" ? "111111" : "000000");
    await expect(app.login(phone, wrong)).rejects.toThrow("Kratos answered 400");
  });

  it("recovers an account with the code from the SMS", async () => {
    const { app, nextCode } = stack;
    const { identityId } = await app.register("+4915735990126", await nextCode("+4915735990126"));

    const session = await app.recover("+4915735990126", await nextCode("+4915735990126"));
    expect(session.identityId).toBe(identityId);
  });

  it("verifies a changed number with the code sent to the new one", async () => {
    const { app, nextCode } = stack;
    const session = await app.register("+4915735990127", await nextCode("+4915735990127"));
    const addresses = async () => (await app.whoami(session.token)).body.identity.verifiable_addresses;

    const code = await nextCode("+4915735990128");
    const started = await app.changePhone(session.token, "+4915735990128");
    expect(await addresses()).toMatchObject([{ value: "+4915735990128", verified: false }]);

    await app.verify(started, code);
    expect(await addresses()).toMatchObject([{ value: "+4915735990128", verified: true }]);
  });
});
