import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freePorts } from "../helpers/free-ports.ts";
import { call, type KratosAnswer, startFlow } from "../helpers/kratos-call.ts";
import { type Program, startProgram } from "../helpers/program.ts";
import { kratosMissing, messagesTo, type Stack, startStack, unlessRun } from "./stack.ts";

const KEY = { "x-api-key": "development-only-hook-key" };
const REGISTRATION = "SELFSERVICE_FLOWS_REGISTRATION";
const LOGIN = "SELFSERVICE_FLOWS_LOGIN";

interface Receiver {
  url: string;
  profiles(): Promise<unknown>;
  stop(): ReturnType<Program["stop"]>;
}

/** The example, as its README line starts it. */
async function startReceiver(): Promise<Receiver> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    command: process.execPath,
    args: ["examples/hook-receiver/receiver.js"],
    env: { PORT: String(port), DENIED_IPS: "203.0.113.9" },
    cwd: ".",
    readyUrls: [`${url}/livez`],
    readyWithinMs: 15_000,
  });
  const profiles = async () => (await fetch(`${url}/profiles`, { headers: KEY })).json();
  return { url, profiles, stop: program.stop };
}

/** Every hook by its place: Kratos empties those before the first one that the environment names. */
const hooksAt = (url: string, profilesUrl: string) => ({
  [`${REGISTRATION}_BEFORE_HOOKS_0_CONFIG_URL`]: `${url}/may-start`,
  [`${REGISTRATION}_AFTER_CODE_HOOKS_0_CONFIG_URL`]: `${url}/may-register`,
  [`${REGISTRATION}_AFTER_CODE_HOOKS_1_CONFIG_URL`]: `${profilesUrl}/profiles`,
  [`${LOGIN}_AFTER_CODE_HOOKS_0_CONFIG_URL`]: `${profilesUrl}/profiles`,
});

async function registerInvited(stack: Stack, phone: string, invite: string): Promise<KratosAnswer> {
  const flow = await startFlow(stack.kratos.publicUrl, "registration");
  const code = await stack.nextCode(phone);
  const body = { method: "code", traits: { phone } };
  await call("POST", flow, body);
  return call("POST", flow, { ...body, code: await code(), transient_payload: { invite } });
}

async function peopleIn({ kratos }: Stack, phone: string): Promise<number> {
  const query = new URLSearchParams({ credentials_identifier: phone });
  return (await call("GET", `${kratos.adminUrl}/admin/identities?${query}`)).body.length;
}

describe.skipIf(kratosMissing)(`Kratos with kratos.hooks.yml and the example receiver${unlessRun}`, () => {
  let receiver: Receiver;
  let stack: Stack;
  beforeAll(async () => {
    receiver = await startReceiver();
    stack = await startStack({ kratos: { overlays: ["kratos.hooks.yml"], env: hooksAt(receiver.url, receiver.url) } });
  });
  afterAll(async () => {
    await stack?.stop();
    await receiver?.stop();
  });

  it("registers who was invited, and hands the profile over", async () => {
    const { status, body } = await registerInvited(stack, "+4915735990123", "welcome");
    expect(status).toBe(200);
    await expect
      .poll(receiver.profiles, { timeout: 10_000, interval: 50 })
      .toMatchObject([{ id: body.identity.id, traits: { phone: "+4915735990123" } }]);
  });

  it("shows the refusal in the flow and saves nobody; the SMS is spent, and so is the code", async () => {
    const { status, body } = await registerInvited(stack, "+4915735990124", "invented");
    expect(status).toBe(400);
    expect(body.ui.messages).toEqual([{ id: 4900001, text: "You need an invitation to register.", type: "error" }]);
    expect(body.state).toBe("passed_challenge");
    expect(await peopleIn(stack, "+4915735990124")).toBe(0);
    expect(await messagesTo(stack.kratos, "+4915735990124")).toHaveLength(1);
    expect((await registerInvited(stack, "+4915735990124", "welcome")).status).toBe(200);
  });

  it("lets nobody begin from a denied address, before any SMS, with an error that says nothing", async () => {
    const begin = async (address: string) => {
      const headers = { accept: "application/json", "true-client-ip": address };
      const answer = await fetch(`${stack.kratos.publicUrl}/self-service/registration/api`, { headers });
      return { status: answer.status, text: await answer.text() };
    };
    const refused = await begin("203.0.113.9");
    expect(refused.status).toBe(500);
    expect(refused.text).not.toContain("not possible from here");
    expect((await begin("203.0.113.10")).status).toBe(200);
  });

  it("does not start when the environment names a later hook of a list and not the ones before it", async () => {
    const { [`${REGISTRATION}_AFTER_CODE_HOOKS_0_CONFIG_URL`]: _, ...env } = hooksAt(receiver.url, receiver.url);
    await expect(startStack({ kratos: { overlays: ["kratos.hooks.yml"], env } })).rejects.toThrow(
      "selfservice.flows.registration.after.code.hooks.0: <nil>",
    );
  });

  it("refuses a caller without the key", async () => {
    expect((await fetch(`${receiver.url}/profiles`)).status).toBe(401);
  });
});

describe.skipIf(kratosMissing)(`when the profile hook's receiver is gone${unlessRun}`, () => {
  const GONE = "http://127.0.0.1:9"; // the discard port: nobody listens

  const startWith = async (env: Record<string, string>) => {
    const receiver = await startReceiver();
    onTestFinished(async () => void (await receiver.stop()));
    const stack = await startStack({
      kratos: { overlays: ["kratos.hooks.yml"], env: { ...hooksAt(receiver.url, GONE), ...env } },
    });
    onTestFinished(() => stack.stop());
    return stack;
  };

  it("ignore: true registers and logs in all the same; the other system hears nothing", async () => {
    const stack = await startWith({});
    expect((await registerInvited(stack, "+4915735990125", "welcome")).body.session_token).toBeTypeOf("string");
    const session = await stack.app.login("+4915735990125", await stack.nextCode("+4915735990125"));
    expect((await stack.app.whoami(session.token)).status).toBe(200);
  });

  it("ignore: false fails the registration, though the person is saved; then the login fails, too", async () => {
    const stack = await startWith({
      [`${REGISTRATION}_AFTER_CODE_HOOKS_1_CONFIG_RESPONSE_IGNORE`]: "false",
      [`${LOGIN}_AFTER_CODE_HOOKS_0_CONFIG_RESPONSE_IGNORE`]: "false",
    });
    const { status, body } = await registerInvited(stack, "+4915735990126", "welcome");
    expect({ status, code: body.error?.code }).toEqual({ status: 400, code: 500 });
    expect(body.session_token).toBeUndefined();
    expect(await peopleIn(stack, "+4915735990126")).toBe(1);
    await expect(stack.app.login("+4915735990126", await stack.nextCode("+4915735990126"))).rejects.toThrow(
      "Kratos answered 400",
    );
  });
});
