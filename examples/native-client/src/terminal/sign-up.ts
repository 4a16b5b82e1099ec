import {
  askForSignUpCode,
  chooseTraits,
  confirmSignUp,
  signUpWithPassword,
  startSignUp,
  type Traits,
} from "../flows.ts";
import { type Flow, methodsOf, type Outcome, traitFields } from "../read-answer.ts";
import { byCode } from "./by-code.ts";
import { askSecret, askText, type Screen, showRefusal } from "./screen.ts";
import { arrive } from "./second-factor.ts";

/** Signs a new person up with whatever this Kratos asks for. */
export async function signUp(screen: Screen): Promise<void> {
  const started = await startSignUp(screen.kratos);
  if (started.kind !== "form") return showRefusal(started);
  const traits = await askTraits(screen, started.flow);
  if (!traits) return;
  const offered = await chooseTraits(screen.kratos, started.flow, traits);
  if (offered.kind !== "form") return showRefusal(offered);
  const isByCode = methodsOf(offered.flow).includes("code");
  await arrive(screen, await (isByCode ? signUpByCode : signUpByPassword)(screen, offered.flow, traits));
}

async function signUpByCode(screen: Screen, first: Flow, traits: Traits): Promise<Outcome | undefined> {
  let flow: Flow | undefined = first;
  return byCode(screen, {
    to: traits["phone"] ?? Object.values(traits)[0] ?? "",
    ask: async () => {
      const asked = await askForSignUpCode(screen.kratos, flow ?? (await newForm(screen, traits)), traits);
      flow = undefined;
      return asked;
    },
    confirm: (sent, code) => confirmSignUp(screen.kratos, sent, traits, code),
  });
}

async function newForm({ kratos }: Screen, traits: Traits): Promise<Flow> {
  const started = await startSignUp(kratos);
  const offered = started.kind === "form" ? await chooseTraits(kratos, started.flow, traits) : started;
  if (offered.kind !== "form") throw new Error("Kratos no longer offers a sign-up");
  return offered.flow;
}

async function signUpByPassword(screen: Screen, flow: Flow, traits: Traits): Promise<Outcome | undefined> {
  const password = await askSecret("Password");
  return password === undefined ? undefined : signUpWithPassword(screen.kratos, flow, traits, password);
}

async function askTraits(screen: Screen, flow: Flow): Promise<Traits | undefined> {
  const traits: Traits = {};
  for (const { trait, label, required } of traitFields(flow)) {
    // An invented number would send a real SMS into the void where no inbox catches it.
    const suggest = trait === "phone" && screen.expectCode ? { suggest: screen.inventNumber() } : {};
    const answer = await askText(label, { ...suggest, optional: !required });
    if (answer === undefined) return undefined;
    if (answer !== "") traits[trait] = answer;
  }
  const [first] = Object.values(traits);
  if (first !== undefined) screen.identifier = first;
  return traits;
}
