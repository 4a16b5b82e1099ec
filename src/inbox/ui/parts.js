import { element } from "./dom.js";

/** Why a message went where it went, or what came in, as elements. */
export const PARTS = { route: routePart, request: ({ request }) => [requestPart(request)] };

/** A request as it came over the wire. */
export function requestPart(request) {
  if (request === undefined)
    return element("p", { className: "muted" }, "It was deleted while the message was under way.");
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`${request.method} ${request.path}`, ...headers].join("\n");
  return element("pre", { tabIndex: 0 }, `${head}\n\n${pretty(request.body)}`);
}

function routePart({ decision, attempts, outcome, provider, durationMs, requests }) {
  if (decision === undefined) return [element("p", { className: "muted" }, "Nothing is decided yet.")];
  const matches = decision.route ? [`Route ${decision.route} matches.`] : [];
  const passed = decision.passedOver.map(({ route, because }) => `Route ${route} does not match: ${because}.`);
  const why = decision.refusedBecause ? [`Rejected: ${decision.refusedBecause}.`] : matches;
  const steps = decision.candidates.map((candidate) => candidateStep(candidate, attempts, provider));
  const end = durationMs === undefined ? "" : `${outcome} after ${durationMs} ms`;
  const again = requests.length < 2 ? "" : `asked for at: ${requests.map(({ receivedAt }) => receivedAt).join(", ")}`;
  return [
    ...[...passed, ...why].map((sentence) => element("p", {}, sentence)),
    element("ol", { className: "steps" }, ...steps),
    element("p", { className: "muted" }, [end, again].filter(Boolean).join(" · ")),
  ];
}

function candidateStep({ provider, sender, incapable }, attempts, chosen) {
  const own = attempts.filter((attempt) => attempt.provider === provider);
  const sentences = own.length > 0 ? own.map(attemptWords) : [incapable ? `skipped: ${incapable}` : "not tried"];
  const as = sender ? ` as ${sender}` : "";
  const className = provider === chosen ? "chosen" : "";
  return element("li", { className }, element("strong", {}, provider), `${as}: ${sentences.join(", then ")}`);
}

function attemptWords({ skipped, outcome, kind, detail, vendorCode, durationMs }) {
  if (skipped) return `skipped: ${detail || skipped}`;
  const why = [kind, vendorCode, detail].filter(Boolean).join(", ");
  return `${outcome}${why ? ` (${why})` : ""} in ${durationMs} ms`;
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
