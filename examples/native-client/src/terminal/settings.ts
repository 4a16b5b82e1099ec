import { log, note } from "@clack/prompts";
import { addAuthenticator, changeTraits, confirmVerification, startSettings, type Traits } from "../flows.ts";
import { type Flow, fieldValue, type Outcome, traitFields } from "../read-answer.ts";
import { byCode } from "./by-code.ts";
import { askText, choose, type Screen, showRefusal } from "./screen.ts";
import { askAppCode } from "./second-factor.ts";

/** Gives the person another number, and proves it with the code that goes there. */
export async function changeNumber(screen: Screen): Promise<void> {
  const { kratos, token = "" } = screen;
  const started = await startSettings(kratos, token);
  if (started.kind !== "form") return showRefusal(started);
  const fields = traitFields(started.flow);
  if (!fields.some(({ trait }) => trait === "phone")) return log.warn("People have no phone number in this Kratos.");
  const phone = await askText("New phone number", screen.expectCode ? { suggest: screen.inventNumber() } : {});
  if (!phone) return;
  const kept = fields.filter(({ value }) => value !== "").map(({ trait, value }) => [trait, value]);
  const traits: Traits = { ...Object.fromEntries(kept), phone };
  const outcome = await byCode(screen, {
    to: phone,
    ask: () => changeAndVerify(screen, started.flow, traits),
    confirm: (flow, code) => confirmVerification(kratos, flow.id, code),
    isSentOnce: true,
  });
  if (outcome?.kind !== "done") return showRefusal(outcome);
  if (fields.some(({ trait, value }) => trait === "phone" && value === screen.identifier)) screen.identifier = phone;
  log.success(`The number is ${phone} now, and verified.`);
}

async function changeAndVerify({ kratos, token = "" }: Screen, flow: Flow, traits: Traits): Promise<Outcome> {
  const changed = await changeTraits(kratos, flow, traits, token);
  if (changed.kind !== "done") return changed;
  if (changed.verificationFlowId === undefined) return { kind: "refused", says: [NO_CODE] };
  return { kind: "code-sent", flow: { ...flow, id: changed.verificationFlowId } };
}

const NO_CODE = "No code was sent: it is the old number, or this Kratos lacks the hook show_verification_ui.";

/** Adds an authenticator app as the second factor. */
export async function addAuthenticatorApp(screen: Screen): Promise<void> {
  const { kratos, token = "" } = screen;
  const started = await startSettings(kratos, token);
  if (started.kind !== "form") return showRefusal(started);
  const secret = fieldValue(started.flow, "totp_secret_key");
  if (secret === undefined) return log.warn(WITHOUT_TOTP[fieldValue(started.flow, "totp_unlink") ? "linked" : "off"]);
  const place = await choose("Where is your authenticator app?", [
    { value: "phone", label: "On my phone" },
    { value: "here", label: "Nowhere: let this client play one", hint: "until it quits" },
  ]);
  if (place === undefined) return;
  if (place === "phone") note(secret.replace(/(.{4})(?=.)/g, "$1 "), "Type this key into the app");
  const code = await askAppCode(place === "here" ? secret : undefined);
  if (!code) return;
  const outcome = await addAuthenticator(kratos, started.flow, code, token);
  if (outcome.kind !== "done") return showRefusal(outcome);
  screen.authenticatorSecret = place === "here" ? secret : undefined;
  log.success("From now on each sign-in takes a code of the app, too. Sign out and in to see it.");
}

const WITHOUT_TOTP = {
  linked: "This account has an authenticator app already.",
  off: "This Kratos has no authenticator apps: set selfservice.methods.totp.enabled: true.",
};
