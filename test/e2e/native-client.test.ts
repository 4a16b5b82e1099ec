import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as flows from "../../examples/native-client/src/flows.ts";
import { createInbox } from "../../examples/native-client/src/inbox.ts";
import { createKratos } from "../../examples/native-client/src/kratos.ts";
import { fieldValue, methodsOf, type Outcome } from "../../examples/native-client/src/read-answer.ts";
import { totp } from "../../examples/native-client/src/totp.ts";
import { startGatewayProcess } from "../helpers/gateway-process.ts";
import {
  explainMissingKratos,
  kratosMissing,
  type Stack,
  startStack,
  unlessRun,
  WITHOUT_BREACH_LIST,
} from "./stack.ts";

explainMissingKratos();

const EXAMPLE = "examples/native-client";

let folder = "";
let stack: Stack;

describe.skipIf(kratosMissing)(`the native client${unlessRun}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "native-client-"));
    stack = await startStack({ kratos: { overlays: ["kratos.totp.yml"] } });
  });
  afterAll(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("runs by itself through sign-up, sign-out, sign-in and recovery", async () => {
    await compile();
    const { exitCode, output } = await runAuto(stack.kratos.publicUrl, stack.gateway.inboxUrl);
    expect(output).toMatch(/sign up +ok\nsign out +ok\nsign in +ok\nwho am I +ok .*\nrecover +ok\nwho am I +ok .*aal1/);
    expect(exitCode).toBe(0);
  });

  it("shows, when asked to, the token of the session that it ends with", async () => {
    await compile();
    const { output } = await runAuto(stack.kratos.publicUrl, stack.gateway.inboxUrl, "--print-token");
    const token = output.trimEnd().split("\n").at(-1) ?? "";
    const { session } = demand(await flows.whoAmI(createKratos(stack.kratos.publicUrl), token), "session");
    expect(output).toContain(String(session.identity.traits["phone"]));
  });

  it("names the step that failed and exits with 1", async () => {
    await compile();
    const without = await runAuto("http://127.0.0.1:9", stack.gateway.inboxUrl);
    expect(without).toMatchObject({
      exitCode: 1,
      output: expect.stringMatching(/sign up +FAILED .*is Kratos running/),
    });
    expect(await runAuto(stack.kratos.publicUrl, "http://127.0.0.1:9")).toMatchObject({ exitCode: 1 });
  });

  it("shows its token to an inbox that asks for one", async () => {
    const gateway = await startGatewayProcess({ env: { INBOX_TOKEN: "a-token-of-the-inbox" } });
    try {
      expect(await createInbox(gateway.inboxUrl, "a-token-of-the-inbox")()).toBeTypeOf("function");
      await expect(createInbox(gateway.inboxUrl)()).rejects.toThrow("INBOX_TOKEN");
    } finally {
      await gateway.stop();
    }
  });

  it("changes the number and verifies the new one, and is told when a code is wrong", async () => {
    const { kratos, expectCode, token } = await signedUp("+12025550101");
    const { flow } = demand(await flows.startSettings(kratos, token), "form");
    const code = await expectCode();
    const changed = demand(await flows.changeTraits(kratos, flow, { phone: "+12025550102" }, token), "done");
    const id = changed.verificationFlowId ?? "";
    const right = (await code("+12025550102")) ?? "";
    const wrong = right === "000000" ? "111111" : "000000";
    expect(await flows.confirmVerification(kratos, id, wrong)).toMatchObject({ kind: "refused" });
    demand(await flows.confirmVerification(kratos, id, right), "done");
    const { session } = demand(await flows.whoAmI(kratos, token), "session");
    expect(session.identity.verifiable_addresses).toMatchObject([{ value: "+12025550102", verified: true }]);
  });

  it("adds an authenticator app and is asked for its code from then on", async () => {
    const { kratos, expectCode, token } = await signedUp("+12025550103");
    const { flow } = demand(await flows.startSettings(kratos, token), "form");
    const secret = fieldValue(flow, "totp_secret_key") ?? "";
    demand(await flows.addAuthenticator(kratos, flow, totp(secret, Date.now()), token), "done");
    demand(await flows.signOut(kratos, token), "done");

    const code = await expectCode();
    const signIn = demand(await flows.startSignIn(kratos), "form");
    demand(await flows.askForSignInCode(kratos, signIn.flow, "+12025550103"), "code-sent");
    const half = await flows.confirmSignIn(kratos, signIn.flow, "+12025550103", (await code("+12025550103")) ?? "");
    const { token: halfToken } = demand(half, "signed-in");
    demand(await flows.whoAmI(kratos, halfToken), "second-factor-needed");
    const second = demand(await flows.startSecondFactor(kratos, halfToken), "form");
    expect(methodsOf(second.flow)).toEqual(["totp"]);
    const whole = await flows.confirmSecondFactor(kratos, second.flow, "totp", totp(secret, Date.now()), halfToken);
    const { session } = demand(await flows.whoAmI(kratos, demand(whole, "signed-in").token), "session");
    expect(session.authenticator_assurance_level).toBe("aal2");
  });

  it("installs and starts as its README says", async (context) => {
    const copy = join(folder, "copy");
    const isSource = (path: string) => !["node_modules", "dist"].includes(basename(path));
    await cp(EXAMPLE, copy, { recursive: true, filter: isSource });
    const installed = await run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"], copy);
    const isOffline = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH/.test(installed.output);
    context.skip(isOffline, "NOT RUN: no package registry can be reached from here");
    expect(installed).toMatchObject({ exitCode: 0 });
    const urls = ["--kratos", stack.kratos.publicUrl, "--inbox", stack.gateway.inboxUrl];
    const started = await run("npm", ["start", "--silent", "--", "--auto", ...urls], copy);
    expect(started).toMatchObject({ exitCode: 0, output: expect.stringContaining("all of it works") });
  });
});

describe.skipIf(kratosMissing)(`the native client where SMS is the second factor${unlessRun}`, () => {
  it("signs up with a password and raises the session with the code from the SMS", async () => {
    const mine = await startStack({ kratos: { overlays: ["kratos.mfa.yml"], env: WITHOUT_BREACH_LIST } });
    try {
      const kratos = createKratos(mine.kratos.publicUrl);
      const traits = { email: "anna@example.com", phone: "+12025550104" };
      const { flow } = demand(await flows.startSignUp(kratos), "form");
      const signedUp = await flows.signUpWithPassword(kratos, flow, traits, "correct horse battery staple");
      const { token } = demand(signedUp, "signed-in");

      const code = await createInbox(mine.gateway.inboxUrl)();
      const started = await flows.startSecondFactor(kratos, token);
      const form = started.kind === "form" ? started.flow : demand(started, "code-sent").flow;
      if (started.kind === "form")
        demand(await flows.askForSecondFactorCode(kratos, form, traits.phone, token), "code-sent");
      const arrived = (await code(traits.phone)) ?? "";
      const raised = demand(await flows.confirmSecondFactor(kratos, form, "code", arrived, token), "signed-in");
      const { session } = demand(await flows.whoAmI(kratos, raised.token), "session");
      expect(session.authenticator_assurance_level).toBe("aal2");

      const again = demand(await flows.startSignIn(kratos), "form");
      const wrong = await flows.signInWithPassword(kratos, again.flow, traits.email, "wrong horse");
      demand(wrong, "refused");
    } finally {
      await mine.stop();
    }
  });
});

async function signedUp(phone: string) {
  const kratos = createKratos(stack.kratos.publicUrl);
  const expectCode = createInbox(stack.gateway.inboxUrl);
  const { flow } = demand(await flows.startSignUp(kratos), "form");
  const code = await expectCode();
  demand(await flows.askForSignUpCode(kratos, flow, { phone }), "code-sent");
  const done = await flows.confirmSignUp(kratos, flow, { phone }, (await code(phone)) ?? "");
  return { kratos, expectCode, token: demand(done, "signed-in").token };
}

function demand<K extends Outcome["kind"]>(outcome: Outcome, kind: K): Extract<Outcome, { kind: K }> {
  expect(outcome).toMatchObject({ kind });
  return outcome as Extract<Outcome, { kind: K }>;
}

let compiled: Promise<void> | undefined;

/** Without its packages: the smoke test needs none, and the test that installs them checks the types. */
function compile(): Promise<void> {
  compiled ??= run(process.execPath, [
    "node_modules/typescript/bin/tsc",
    ...["-p", EXAMPLE, "--noCheck", "--outDir", join(folder, "dist")],
  ]).then(({ exitCode, output }) => {
    if (exitCode !== 0) throw new Error(output);
  });
  return compiled;
}

function runAuto(kratosUrl: string, inboxUrl: string, ...more: string[]) {
  const args = ["--auto", "--kratos", kratosUrl, "--inbox", inboxUrl, ...more];
  return run(process.execPath, [join(folder, "dist/main.js"), ...args]);
}

function run(command: string, args: string[], cwd = "."): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code ?? -1) : 0, output: stdout + stderr });
    });
  });
}
