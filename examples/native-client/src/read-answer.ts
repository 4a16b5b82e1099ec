import type { Answer } from "./kratos.ts";

/** One field, button or picture of a form. */
export interface FormNode {
  group: string;
  attributes: {
    name?: string;
    id?: string;
    type?: string;
    value?: unknown;
    required?: boolean;
    text?: { text: string };
  };
  messages: FormMessage[];
  meta: { label?: { text: string } };
}

interface FormMessage {
  type: "info" | "success" | "error";
  text: string;
}

/** A form that Kratos keeps between two requests: where to post it, and what it asks for. */
export interface Flow {
  id: string;
  state: string;
  ui: { action: string; nodes: FormNode[]; messages?: FormMessage[] };
}

/** Who is signed in, and how. */
export interface Session {
  authenticator_assurance_level: string;
  authentication_methods: { method: string; aal: string }[];
  identity: {
    id: string;
    traits: Record<string, unknown>;
    verifiable_addresses?: { value: string; verified: boolean; via: string }[];
  };
}

/** What an answer of Kratos means for an app. */
export type Outcome =
  /** A form to fill in. */
  | { kind: "form"; flow: Flow }
  /** The same form, which now waits for the code that is on its way. */
  | { kind: "code-sent"; flow: Flow }
  /** A session token: keep it, and send it as `X-Session-Token`. */
  | { kind: "signed-in"; token: string }
  | { kind: "session"; session: Session }
  /** The form is finished; the number that it changed may have to be verified in a flow of its own. */
  | { kind: "done"; verificationFlowId?: string | undefined }
  /** There is a session, and it is not enough: ask for the second factor. */
  | { kind: "second-factor-needed" }
  /** Kratos says why not, in words for the person; with a flow the same form can be posted again. */
  | { kind: "refused"; says: string[]; flow?: Flow };

const WAITING_FOR_CODE = ["sent_email", "sent_sms", "recovery_awaiting_code"];
const FINISHED = ["passed_challenge", "success"];

/** Reads any answer. The status alone says little: a 400 is "code sent", and a wrong recovery code is a 200. */
export function readAnswer({ status, body }: Answer): Outcome {
  if (status === 204) return { kind: "done" };
  const token = body.session_token ?? followUp(body, "set_ory_session_token")?.ory_session_token;
  if (token) return { kind: "signed-in", token };
  if (body.error?.id === "session_aal2_required") return { kind: "second-factor-needed" };
  if (body.error) return { kind: "refused", says: [explain(body.error)] };
  if (body.authentication_methods) return { kind: "session", session: body };
  if (body.ui) return readFlow(body);
  if (body.identity) return { kind: "done" };
  return { kind: "refused", says: [`Kratos answered ${status} with nothing that this client knows`] };
}

function readFlow(body: Flow): Outcome {
  // Without any field, as for a second factor that nobody has set up, there is a null.
  const flow = { ...body, ui: { ...body.ui, nodes: body.ui.nodes ?? [] } };
  const says = complaints(flow);
  if (says.length > 0) return { kind: "refused", says, flow };
  if (FINISHED.includes(flow.state)) {
    return { kind: "done", verificationFlowId: followUp(flow, "show_verification_ui")?.flow?.id };
  }
  return { kind: WAITING_FOR_CODE.includes(flow.state) ? "code-sent" : "form", flow };
}

function complaints({ ui }: Flow): string[] {
  const messages = [...(ui.messages ?? []), ...ui.nodes.flatMap((node) => node.messages ?? [])];
  return messages.filter(({ type }) => type === "error").map(({ text }) => text);
}

// biome-ignore lint/suspicious/noExplicitAny: each action has fields of its own.
function followUp(body: any, action: string): any {
  return body.continue_with?.find((step: { action: string }) => step.action === action);
}

const ADVICE: Record<string, string> = {
  browser_location_change_required: "set feature_flags.use_continue_with_transitions: true, or apps cannot recover",
  session_refresh_required: "the sign-in is too long ago for this: sign in again",
};

function explain({ id, reason, message }: { id?: string; reason?: string; message?: string }): string {
  const advice = ADVICE[id ?? ""];
  return [reason || message || "Kratos refuses", ...(advice ? [`(${advice})`] : [])].join(" ");
}

/** The ways on that a form offers, such as `code`, `password` or `totp`. */
export function methodsOf({ ui }: Flow): string[] {
  return [...new Set(ui.nodes.map(({ group }) => group).filter((group) => group !== "default"))];
}

/** The fields of a form that describe the person, such as `traits.phone`. */
export function traitFields({ ui }: Flow): { trait: string; label: string; required: boolean; value: string }[] {
  return ui.nodes
    .filter(({ attributes }) => attributes.name?.startsWith("traits."))
    .map(({ attributes, meta }) => ({
      trait: (attributes.name ?? "").slice("traits.".length),
      label: meta.label?.text ?? attributes.name ?? "",
      required: attributes.required === true,
      value: String(attributes.value ?? ""),
    }));
}

/** The value of a field or of a text that the form shows, by its name or id. */
export function fieldValue({ ui }: Flow, name: string): string | undefined {
  const node = ui.nodes.find(({ attributes }) => attributes.name === name || attributes.id === name);
  const value = node?.attributes.value ?? node?.attributes.text?.text;
  return value === undefined ? undefined : String(value);
}
