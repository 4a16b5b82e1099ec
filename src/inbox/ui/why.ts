import { attemptSentence } from "./attempt-words.ts";
import type { Detail } from "./wire.ts";
import { CODE_SOURCES, clockTime, countryName, plural, spacedNumber, spanWords } from "./words.ts";

/** One thing that happened to a message on its way, in a sentence. */
export interface Step {
  state: "done" | "chosen" | "skipped" | "warn" | "stopped" | "open";
  says: string;
  /** How long it took, where that is known. */
  ms?: number;
}

/** Why a message went where it went, told from its arrival to the answer. */
export function whySteps(detail: Detail): Step[] {
  return [
    ...received(detail),
    recognised(detail),
    ...destination(detail),
    ...detail.limits.map((limit) => limitStep(limit, detail)),
    ...routing(detail),
    ...text(detail),
    ...candidates(detail),
    ...answered(detail),
    ...afterwards(detail),
  ];
}

function received({ request, receivedAt, simulated }: Detail): Step[] {
  const what = request ? `${request.method} ${request.path}` : "The request";
  const size = request === undefined ? "" : `, ${plural(request.bytes, "byte")}`;
  const from = request?.remoteAddress === undefined ? "" : ` from ${request.remoteAddress}`;
  const steps: Step[] = [{ state: "done", says: `${what} came in at ${clockTime(receivedAt)}${from}${size}.` }];
  return simulated === undefined ? steps : [...steps, { state: "warn", says: `Simulated: ${simulated}` }];
}

function recognised({ template, code, codeSource }: Detail): Step {
  if (code === undefined) return { state: "done", says: `It is a ${template} message; no code was found in it.` };
  const source = codeSource === undefined ? "" : ` in ${CODE_SOURCES[codeSource] ?? codeSource}`;
  return { state: "done", says: `It is a ${template} message; the code was found${source}.` };
}

function destination({ to, country, numberType, decision }: Detail): Step[] {
  const kind = numberType === undefined ? "number" : `${numberType.replaceAll("-", " ")} number`;
  const steps: Step[] = [{ state: "done", says: `${spacedNumber(to)} is a ${kind} in ${countryName(country)}.` }];
  if (decision === undefined) return [...steps, { state: "open", says: "Nothing is decided yet." }];
  const { refusedBecause } = decision;
  const verdict: Step =
    refusedBecause === undefined
      ? { state: "done", says: "This destination is allowed." }
      : { state: "stopped", says: `This destination is refused: ${refusedBecause}.` };
  return [...steps, verdict];
}

function limitStep(limit: NonNullable<Detail["limits"]>[number], { cost }: Detail): Step {
  const { dimension, perMs, max, used, enforced } = limit;
  const unit = /spend/i.test(dimension) && cost !== undefined ? ` ${cost.currency}` : "";
  const count = `Limit per ${dimension.replaceAll("-", " ")}: ${round(used)} of ${round(max)}${unit} in ${spanWords(perMs)}`;
  if (used <= max) return { state: "done", says: `${count}.` };
  if (enforced) return { state: "stopped", says: `${count}: over the limit.` };
  return { state: "warn", says: `${count}: over the limit, which is only counted here.` };
}

function round(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}

function routing({ decision }: Detail): Step[] {
  if (decision === undefined || decision.refusedBecause !== undefined) return [];
  const passed = decision.passedOver.map(
    ({ route, because }): Step => ({ state: "skipped", says: `Route ${route} does not match: ${because}.` }),
  );
  if (decision.route === undefined) return [...passed, { state: "stopped", says: "No route matches." }];
  return [...passed, { state: "done", says: `Route ${decision.route} matches.` }, ...shares(decision.candidates)];
}

function shares(candidates: NonNullable<Detail["decision"]>["candidates"]): Step[] {
  const shared = candidates.filter(({ share }) => share !== undefined);
  if (shared.length === 0) return [];
  const parts = shared.map(({ provider, share = 0 }) => `${provider} ${Math.round(share * 1_000) / 10} %`);
  return [{ state: "done", says: `A place is shared by numbers (${parts.join(", ")}); this number's order follows.` }];
}

function text({ decision, cost }: Detail): Step[] {
  if (decision?.route === undefined) return [];
  const { encoding, count } = decision.segments;
  const price = cost === undefined ? "" : `, about ${cost.amount} ${cost.currency}`;
  return [{ state: "done", says: `The text takes ${plural(count, "segment")} in ${encoding}${price}.` }];
}

function candidates({ decision, attempts, provider, outcome }: Detail): Step[] {
  return (decision?.candidates ?? []).flatMap(({ provider: name, sender, incapable }): Step[] => {
    const own = attempts.filter((attempt) => attempt.provider === name);
    // What stands in for a vendor without one has no sender of its own.
    const as = sender === undefined || sender === "inbox" ? "" : ` as ${sender}`;
    if (own.length > 0) return own.map((attempt) => attemptSentence(attempt, as));
    if (incapable !== undefined) return [{ state: "skipped", says: `${name} is skipped: ${incapable}.` }];
    if (outcome === "pending") return [{ state: "open", says: `${name}${as} may be asked next.` }];
    const why = provider === undefined ? "was not asked." : "would be next; it was not needed.";
    return [{ state: "skipped", says: `${name}${as} ${why}` }];
  });
}

function answered({ outcome, reason, durationMs, request }: Detail): Step[] {
  if (outcome === "pending") return [{ state: "open", says: "No answer yet." }];
  const [status, meaning] = ANSWERS[outcome];
  const because = reason === undefined ? "" : ` (${reason})`;
  const says = `Kratos was answered ${request?.answer?.status ?? status}, ${outcome}${because}: ${meaning}.`;
  const state = status === 503 ? "stopped" : "done";
  return [{ state, says, ...(durationMs !== undefined && { ms: durationMs }) }];
}

const SENT = "to Kratos the message is sent";
const RETRY = "Kratos tries again";

const ANSWERS: Record<Exclude<Detail["outcome"], "pending">, [status: number, meaning: string]> = {
  captured: [200, "the inbox keeps it, nothing was sent"],
  sent: [200, SENT],
  duplicate: [200, `${SENT}, the first one's result holds`],
  suppressed: [200, `${SENT}, in truth it was held back`],
  rejected: [200, `${SENT}, since trying again could not help`],
  ambiguous: [200, `${SENT}; nobody knows whether it arrives`],
  failed: [503, RETRY],
  shed: [503, RETRY],
};

function afterwards({ attempt, requestCount, superseded }: Detail): Step[] {
  const steps: Step[] = [];
  if (attempt !== undefined) steps.push(attemptStep(attempt));
  else if (requestCount > 1) {
    steps.push({ state: "warn", says: `The same message was asked for ${requestCount} times.` });
  }
  if (superseded) steps.push({ state: "warn", says: "A newer code went to this number: Kratos forgets this one." });
  return steps;
}

function attemptStep({ number, of, state }: NonNullable<Detail["attempt"]>): Step {
  const ends = { retrying: "Kratos will try again", done: "it got through", abandoned: "Kratos gave up, it seems" };
  const states = { retrying: "warn", done: "done", abandoned: "stopped" } as const;
  return { state: states[state], says: `This was attempt ${number} of ${of}: ${ends[state]}.` };
}
