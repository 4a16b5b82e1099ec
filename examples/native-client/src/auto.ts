import {
  askForRecoveryCode,
  askForSignInCode,
  askForSignUpCode,
  chooseTraits,
  confirmRecovery,
  confirmSignIn,
  confirmSignUp,
  signOut,
  startRecovery,
  startSignIn,
  startSignUp,
  whoAmI,
} from "./flows.ts";
import type { ExpectCode } from "./inbox.ts";
import type { Kratos } from "./kratos.ts";
import { methodsOf, type Outcome } from "./read-answer.ts";

/** What the smoke test works with. */
export interface AutoParts {
  kratos: Kratos;
  expectCode: ExpectCode;
  phone: string;
  print(line: string): void;
}

/** Signs up, out and in, asks who that is, and recovers; the token of the last session when all of it worked. */
export async function runAuto({ print, ...parts }: AutoParts): Promise<string | undefined> {
  let kept = "";
  for (const [name, run] of STEPS) {
    try {
      const { token = kept, detail } = await run(parts, kept);
      kept = token;
      print(`${name.padEnd(9)} ok${detail ? `   ${detail}` : ""}`);
    } catch (error) {
      print(`${name.padEnd(9)} FAILED   ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
  return kept;
}

type Parts = Omit<AutoParts, "print">;

/** Each step with the token of the one before; what it answers is kept, or printed. */
const STEPS: [name: string, run: (parts: Parts, token: string) => Promise<{ token?: string; detail?: string }>][] = [
  ["sign up", async (parts) => ({ token: await signUp(parts) })],
  ["sign out", endSession],
  ["sign in", async (parts) => ({ token: await signIn(parts) })],
  ["who am I", async (parts, token) => ({ detail: await describeSession(parts, token) })],
  ["recover", async (parts) => ({ token: await recover(parts) })],
  ["who am I", async (parts, token) => ({ detail: await describeSession(parts, token) })],
];

async function signUp({ kratos, expectCode, phone }: Parts): Promise<string> {
  const traits = { phone };
  const form = demand(await startSignUp(kratos), "form");
  const { flow } = demand(await chooseTraits(kratos, form.flow, traits), "form");
  if (!methodsOf(flow).includes("code")) throw new Error("this Kratos signs nobody up by SMS (passwordless_enabled)");
  const code = await expectCode();
  demand(await askForSignUpCode(kratos, flow, traits), "code-sent");
  return readToken(await confirmSignUp(kratos, flow, traits, await arrived(code, phone)));
}

async function endSession({ kratos }: Parts, token: string): Promise<object> {
  demand(await signOut(kratos, token), "done");
  const after = await whoAmI(kratos, token);
  if (after.kind !== "refused") throw new Error("the token of a session that was ended is still good");
  return {};
}

async function signIn({ kratos, expectCode, phone }: Parts): Promise<string> {
  const { flow } = demand(await startSignIn(kratos), "form");
  const code = await expectCode();
  demand(await askForSignInCode(kratos, flow, phone), "code-sent");
  return readToken(await confirmSignIn(kratos, flow, phone, await arrived(code, phone)));
}

async function recover({ kratos, expectCode, phone }: Parts): Promise<string> {
  const { flow } = demand(await startRecovery(kratos), "form");
  const code = await expectCode();
  demand(await askForRecoveryCode(kratos, flow, phone), "code-sent");
  return readToken(await confirmRecovery(kratos, flow, await arrived(code, phone)));
}

async function describeSession({ kratos, phone }: Parts, token: string): Promise<string> {
  const { session } = demand(await whoAmI(kratos, token), "session");
  const { traits } = session.identity;
  if (traits["phone"] !== phone) throw new Error("Kratos says that this is somebody else");
  return `${phone}, ${session.authenticator_assurance_level}`;
}

function readToken(outcome: Outcome): string {
  if (outcome.kind === "done") throw new Error("no session came: registration.after.code needs the hook session");
  return demand(outcome, "signed-in").token;
}

async function arrived(code: (phone: string) => Promise<string | undefined>, phone: string): Promise<string> {
  const found = await code(phone);
  if (found === undefined) throw new Error("Kratos said that a code was sent, and none came to the inbox");
  return found;
}

function demand<K extends Outcome["kind"]>(outcome: Outcome, kind: K): Extract<Outcome, { kind: K }> {
  if (outcome.kind === kind) return outcome as Extract<Outcome, { kind: K }>;
  if (outcome.kind === "refused") throw new Error(outcome.says.join(" "));
  throw new Error(`Kratos answered "${outcome.kind}" where "${kind}" was expected`);
}
