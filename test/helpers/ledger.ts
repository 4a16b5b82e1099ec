import type { CourierMessage } from "./kratos-double.ts";
import type { VendorSms } from "./vendor-server.ts";

/** What the gateway's log says of one message. */
export interface LoggedMessage {
  id: string;
  to: string;
  outcome: string;
  durationMs: number;
  attempts: { provider: string; outcome?: string; skipped?: string; kind?: string; detail?: string }[];
}

/** All that was seen from outside while a gateway ran. */
export interface Books {
  messages: readonly CourierMessage[];
  /** The vendors' own ledgers by the provider's name. */
  accepted: Record<string, readonly VendorSms[]>;
  /** Everything that was logged, over all processes. */
  log: string;
  /** The metrics at the end; absent when a process was killed and took its own along. */
  metrics?: string;
  /** The tag that stands for a number in the log. */
  tag(to: string): string;
  answerWithinMs: number;
  /** How long this process itself stood still at most. */
  standstillMs: number;
  /** Nobody could take messages for longer than Kratos tries: giving up is right. */
  hopeless?: boolean;
}

/** What became of all messages, and every promise that was broken on the way. */
export interface Reckoning {
  sent: number;
  /** Sent once more after nobody could know. */
  ambiguous: number;
  /** Sent once more without such a reason. */
  unexplained: number;
  lost: number;
  suppressed: number;
  failed: number;
  broken: string[];
  /** What is known of each message that was sent more than once. */
  twice: string[];
}

type Sums = Omit<Reckoning, "broken" | "twice">;

const SLACK_MS = 250;

/** Compares what callers were told, what was logged and counted, and what the vendors really took. */
export function reckon(books: Books): Reckoning {
  const lines = readLog(books.log);
  const sums = { sent: 0, ambiguous: 0, unexplained: 0, lost: 0, suppressed: 0, failed: 0 };
  const broken = [...checkLines(books, lines), ...(books.metrics === undefined ? [] : checkCounts(books, lines))];
  const twice: string[] = [];
  for (const message of books.messages) {
    const tag = books.tag(message.to);
    const own = lines.filter(({ to }) => to === tag);
    if (countAccepts(books, message) > 1) twice.push(describe(message, own, countAccepts(books, message)));
    judge(books, message, own, sums, broken);
  }
  return { ...sums, broken, twice };
}

/** The one line that tells whether a run kept its promises. */
export function printReckoning({ sent, ambiguous, unexplained, lost, suppressed, failed }: Sums) {
  return `sent ${sent} · duplicates ambiguous ${ambiguous} unexplained ${unexplained} · lost ${lost} · suppressed ${suppressed} · failed ${failed}`;
}

function judge(books: Books, message: CourierMessage, lines: LoggedMessage[], sums: Sums, broken: string[]): void {
  const accepts = countAccepts(books, message);
  const attempts = lines.flatMap(({ attempts }) => attempts);
  const unknown = attempts.filter(({ outcome }) => outcome === "unknown").length;
  const cut = books.metrics === undefined ? message.posts.filter(({ status }) => status === undefined).length : 0;
  const says = (what: string) => void broken.push(`${what}: ${describe(message, lines, accepts)}`);

  const isAcknowledged = message.posts.some(({ status }) => status === 200);
  const isSaidSent = isAcknowledged && lines.some(({ outcome }) => outcome === "sent");
  if (isSaidSent && accepts === 0) says("I1 said sent, and no vendor has it");
  if (!isAcknowledged && accepts > 0 && unknown + cut === 0) says("I2 never acknowledged, and a vendor has it");
  if (accepts > 2 && cut === 0) says("I3 accepted more than twice");
  if (attempts.filter(({ outcome }) => outcome === "sent").length > 1 + cut) says("I3 knowingly sent twice");

  const repeated = Math.max(0, accepts - 1);
  sums.ambiguous += Math.min(repeated, unknown + cut);
  sums.unexplained += Math.max(0, repeated - unknown - cut);
  if (accepts > 0) sums.sent += 1;
  else if (isSaidSent) sums.lost += 1;
  else if (lines.some(({ outcome }) => outcome === "rejected" || outcome === "suppressed")) sums.suppressed += 1;
  else if (message.status === "abandoned" && !books.hopeless) sums.lost += 1;
  else sums.failed += 1;
}

function countAccepts({ accepted }: Books, { to, code }: CourierMessage): number {
  const all = Object.values(accepted).flat();
  return all.filter((sms) => sms.to === to && sms.text.includes(code)).length;
}

/** Each line and each answer by itself. */
function checkLines(books: Books, lines: LoggedMessage[]): string[] {
  const providers = Object.keys(books.accepted);
  const latestMs = books.answerWithinMs + SLACK_MS + books.standstillMs;
  const tooLate = books.messages.flatMap(({ posts }) => posts).filter(({ tookMs }) => tookMs > latestMs);
  const rows: [what: string, wrong: LoggedMessage[]][] = [
    [
      "I6 more attempts than providers + 1",
      lines.filter(({ attempts }) => countTried(attempts) > providers.length + 1),
    ],
    [
      "I2 failed though something is unknown",
      lines.filter((line) => line.outcome === "failed" && has(line, "unknown")),
    ],
    ["I1 sent without a sent attempt", lines.filter((line) => line.outcome === "sent" && !has(line, "sent"))],
  ];
  const breakers = providers.filter((name) => hasBreakerLine(books.log, name) && !isEverInTrouble(lines, name));
  return [
    ...tooLate.map(({ tookMs }) => `I5 answered after ${Math.round(tookMs)} ms`),
    ...rows.flatMap(([what, wrong]) => wrong.map((line) => `${what}: ${JSON.stringify(line)}`)),
    ...breakers.map((name) => `I9 the breaker of ${name} moved without a failure of the provider`),
  ];
}

/** Log, metrics, answers and the vendors' ledgers against each other. */
function checkCounts({ messages, accepted, metrics = "", log }: Books, lines: LoggedMessage[]): string[] {
  const refusals = [...log.matchAll(/"outcome":"(\w+)","status":\d+,"reason"/g)].map(([, outcome = ""]) => outcome);
  const logged = tally([...lines.map(({ outcome }) => outcome), ...refusals]);
  const answered = tally(messages.flatMap(({ posts }) => posts).map(({ outcome }) => outcome ?? "nothing"));
  const unanswered = answered.get("nothing") ?? 0;
  const counted = readMetric(metrics, "sms_messages_total", (labels) => labels["outcome"] ?? "");
  const tried = lines.flatMap(({ attempts }) => attempts).filter((attempt) => attempt.skipped === undefined);
  const triedLogged = tally(tried.map(({ provider, kind, outcome }) => `${provider} ${kind ?? outcome}`));
  const triedCounted = readMetric(metrics, "sms_attempts_total", (labels) => `${labels["provider"]} ${labels["kind"]}`);
  const missing = [...logged].filter(([outcome, count]) => count - (answered.get(outcome) ?? 0) > unanswered);
  const ledgers = Object.entries(accepted).filter(([name, taken]) => {
    const of = (wanted: string) => tried.filter((a) => a.provider === name && a.outcome === wanted).length;
    return taken.length < of("sent") || taken.length > of("sent") + of("unknown");
  });
  return [
    ...differences("I8 log and metrics differ", logged, counted),
    ...differences("I8 logged and counted attempts differ", triedLogged, triedCounted),
    ...missing.map(
      ([outcome, count]) => `I8 ${outcome} logged ${count} times, answered ${answered.get(outcome)} times`,
    ),
    ...ledgers.map(([name, taken]) => `I8 ${name} took ${taken.length}, and the log says otherwise`),
  ];
}

function differences(what: string, one: Map<string, number>, other: Map<string, number>): string[] {
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].flatMap((key) => {
    const [left = 0, right = 0] = [one.get(key), other.get(key)];
    return left === right ? [] : [`${what}: ${key} ${left}, ${right}`];
  });
}

/** The lines of the log that tell of a message. */
export function readLog(log: string): LoggedMessage[] {
  const parsed = log.split("\n").flatMap((line) => (line.includes('"msg":"message ') ? [JSON.parse(line)] : []));
  return parsed as LoggedMessage[];
}

function readMetric(metrics: string, name: string, key: (labels: Record<string, string>) => string) {
  const sums = new Map<string, number>();
  for (const [, labels = "", value] of metrics.matchAll(new RegExp(`^${name}\\{([^}]*)\\} (\\d+)$`, "gm"))) {
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", text = ""]) => [label, text]);
    const which = key(Object.fromEntries(pairs));
    sums.set(which, (sums.get(which) ?? 0) + Number(value));
  }
  return sums;
}

function tally(words: string[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const word of words) sums.set(word, (sums.get(word) ?? 0) + 1);
  return sums;
}

function countTried(attempts: LoggedMessage["attempts"]): number {
  return attempts.filter(({ skipped }) => skipped === undefined).length;
}

function has({ attempts }: LoggedMessage, wanted: string): boolean {
  return attempts.some(({ outcome }) => outcome === wanted);
}

function hasBreakerLine(log: string, name: string): boolean {
  return log.includes(`"provider":"${name}","breaker":`);
}

const TROUBLES = new Set(["unauthorized", "quota-exhausted", "unavailable", "timeout", "bad-response"]);

function isEverInTrouble(lines: LoggedMessage[], name: string): boolean {
  const attempts = lines.flatMap(({ attempts }) => attempts);
  return attempts.some(({ provider, kind }) => provider === name && TROUBLES.has(kind ?? ""));
}

function describe({ posts, status }: CourierMessage, lines: LoggedMessage[], accepts: number): string {
  const answers = posts.map((post) => `${post.status ?? "-"} ${post.outcome ?? ""}`);
  return JSON.stringify({ status, answers, accepts, lines });
}
