import { attemptSentence } from "./attempt-words.ts";
import { limitCount, limitWords } from "./limit-words.ts";
import type { Detail } from "./wire.ts";
import { CODE_SOURCES, clockTime, countryName, outcomeWords, plural, spacedNumber } from "./words.ts";

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
    ...limits(detail),
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
  const source = codeSource === undefined ? "" : ` in ${CODE_SOURCES[codeSource] ?? codeSource}`;
  const found = code === undefined ? "no code was found in it" : `the code was found${source}`;
  return { state: "done", says: `It is a ${template} message; ${found}.` };
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

/** How full each is, the limits beside it say. */
function limits({ limits, cost }: Detail): Step[] {
  const over = limits.filter(({ used, max }) => used > max);
  if (limits.length > 0 && over.length === 0) return [{ state: "done", says: "It is within the limits." }];
  return over.map((limit) => {
    const count = `${limitCount(limit, cost?.currency)} ${limitWords(limit)}: over the limit`;
    if (limit.enforced) return { state: "stopped", says: `${count}.` };
    return { state: "warn", says: `${count}, which is only counted here.` };
  });
}

function routing({ decision }: Detail): Step[] {
  if (decision === undefined || decision.refusedBecause !== undefined) return [];
  const passed = decision.passedOver.map(
    ({ route, because }): Step => ({ state: "skipped", says: `The route "${route}" does not match: ${because}.` }),
  );
  if (decision.route === undefined) return [...passed, { state: "stopped", says: "No route matches." }];
  return [...passed, { state: "done", says: `The route "${decision.route}" matches.` }, ...shares(decision.candidates)];
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
    const why = provider === undefined ? "was not asked." : `would be next; it was not needed.${DEV_OWN[name] ?? ""}`;
    return [{ state: "skipped", says: `${name}${as} ${why}` }];
  });
}

/** The account that nobody configured. */
const DEV_OWN: Record<string, string> = {
  "inbox-backup": " Dev mode without vendors has it to show failover.",
};

function answered({ outcome, reason, durationMs, request }: Detail): Step[] {
  if (outcome === "pending") return [{ state: "open", says: "No answer yet." }];
  const { status = 200, means } = outcomeWords(outcome);
  const because = reason === undefined ? "" : ` (${reason})`;
  const says = `Kratos was answered ${request?.answer?.status ?? status}, ${outcome}${because}: ${means}.`;
  const state = status === 503 ? "stopped" : "done";
  return [{ state, says, ...(durationMs !== undefined && { ms: durationMs }) }];
}

function afterwards({ attempt, requestCount }: Detail): Step[] {
  const steps: Step[] = [];
  if (attempt !== undefined) steps.push(attemptStep(attempt));
  else if (requestCount > 1) {
    steps.push({ state: "warn", says: `The same message was asked for ${requestCount} times.` });
  }
  return steps;
}

function attemptStep({ number, of, state }: NonNullable<Detail["attempt"]>): Step {
  const ends = { retrying: "Kratos will try again", done: "it got through", abandoned: "Kratos gave up, it seems" };
  const states = { retrying: "warn", done: "done", abandoned: "stopped" } as const;
  return { state: states[state], says: `This was attempt ${number} of ${of}: ${ends[state]}.` };
}
