import type { FaultBench, FaultBenchOptions, Fresh, ProviderName } from "../helpers/fault-bench.ts";
import type { Fault } from "../helpers/fault-proxy.ts";
import { hang, type Reply, type VendorAnswer } from "../helpers/vendor-server.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

/** One fault at the first vendor of the chain, and what must come of it. */
export interface Row {
  fault: string;
  set: (bench: FaultBench) => unknown;
  outcome: "sent" | "rejected" | "ambiguous" | "failed";
  /** How the attempt at the first vendor must end. */
  attempt: string;
  /** Requests that reached Twilio and Plivo. */
  calls: [twilio: number, plivo: number];
  /** How often the person gets the code more than once. */
  twice?: 1;
  options?: FaultBenchOptions;
  message?: Partial<Fresh>;
}

const JSON_TYPE = { "content-type": "application/json" };
const accepted = twilioDialect.accepted("SM1");

const proxied =
  (fault: Fault, name: ProviderName = "twilio-main") =>
  (bench: FaultBench) =>
    bench.lines[name].proxy.set(fault);

const replied =
  (reply: Reply, name: ProviderName = "twilio-main") =>
  (bench: FaultBench) =>
    bench.lines[name].vendor.replyWith(reply);

const refused = (status: number, code?: number, headers: Record<string, string> = {}): Reply => {
  const answer = twilioDialect.refused(status, code);
  return { ...answer, headers: { ...answer.headers, ...headers } };
};

const all =
  (...steps: ((bench: FaultBench) => unknown)[]) =>
  (bench: FaultBench) =>
    Promise.all(steps.map((step) => step(bench)));

/** Has the message accepted, and answers something else. */
const acceptedBut = (answer: VendorAnswer) => (bench: FaultBench) => {
  const { vendor, dialect } = bench.lines["twilio-main"];
  vendor.replyWith((response, request) => {
    vendor.accepted.push(dialect.read(request));
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
};

const NOT_SENT = "not-sent unavailable";
const TIMEOUT = "unknown timeout";
const RESET = "unknown unavailable";
const GARBAGE = "unknown bad-response";
/** Short, and yet long enough for the next vendor to answer on a busy machine. */
const SHORT: FaultBenchOptions = { attemptTimeoutMs: 1_000 };
/** For those who are never answered anyway. */
const SHORTEST: FaultBenchOptions = { attemptTimeoutMs: 300 };
const TENS_OF_MEGABYTES = "x".repeat(10_000_000);

/** Certainly not sent: the next vendor takes it and nobody gets it twice. */
export const notSentRows: Row[] = [
  {
    fault: "F1 refuses the connection",
    set: proxied({ kind: "refuse" }),
    outcome: "sent",
    attempt: NOT_SENT,
    calls: [0, 1],
  },
  {
    fault: "F4 has a name that nobody knows",
    set: () => {},
    options: { baseUrls: { "twilio-main": "https://vendor.invalid" } },
    outcome: "sent",
    attempt: NOT_SENT,
    calls: [0, 1],
  },
  {
    fault: "F9 throttles",
    set: replied(refused(429, 20429)),
    outcome: "sent",
    attempt: "not-sent rate-limited",
    calls: [1, 1],
  },
  {
    fault: "F10 throttles and asks for half a minute",
    set: replied(refused(429, 20429, { "retry-after": "30" })),
    outcome: "sent",
    attempt: "not-sent rate-limited",
    calls: [1, 1],
  },
  {
    fault: "F13 does not know the credentials",
    set: replied(refused(401)),
    outcome: "sent",
    attempt: "not-sent unauthorized",
    calls: [1, 1],
  },
  {
    fault: "F13 has closed the account",
    set: replied(refused(403, 20005)),
    outcome: "sent",
    attempt: "not-sent unauthorized",
    calls: [1, 1],
  },
  {
    fault: "F14 may not send to the country",
    set: replied(refused(400, 21408)),
    outcome: "sent",
    attempt: "not-sent destination-barred",
    calls: [1, 1],
  },
  {
    fault: "F14 cannot use the sender",
    set: replied(refused(400, 21606)),
    outcome: "sent",
    attempt: "not-sent sender-refused",
    calls: [1, 1],
  },
];

/** It is about the person: no other vendor must be asked, and asking again cannot help. */
export const finalRows: Row[] = [
  {
    fault: "F14 says there is no such number",
    set: replied(refused(400, 21211)),
    outcome: "rejected",
    attempt: "not-sent invalid-recipient",
    calls: [1, 0],
  },
  {
    fault: "F14 says the person opted out",
    set: replied(refused(400, 21610)),
    outcome: "rejected",
    attempt: "not-sent opted-out",
    calls: [1, 0],
  },
  {
    fault: "F14 suspects fraud",
    set: replied(refused(400, 30450)),
    outcome: "rejected",
    attempt: "not-sent fraud-block",
    calls: [1, 0],
  },
];

/** The success status came: whatever follows, it is sent. */
export const sentRows: Row[] = [
  {
    fault: "F6 stalls in the body of its success",
    set: proxied({ kind: "stall-in-body" }),
    outcome: "sent",
    attempt: "sent",
    calls: [1, 0],
  },
  {
    fault: "F15 says success in broken JSON",
    set: acceptedBut({ ...accepted, body: '{"sid":' }),
    outcome: "sent",
    attempt: "sent",
    calls: [1, 0],
  },
  {
    fault: "F15 says success with 10 MB",
    set: acceptedBut({ ...accepted, body: TENS_OF_MEGABYTES }),
    outcome: "sent",
    attempt: "sent",
    calls: [1, 0],
  },
  {
    fault: "F15 says success with nothing",
    set: acceptedBut({ ...accepted, body: "" }),
    outcome: "sent",
    attempt: "sent",
    calls: [1, 0],
  },
  {
    fault: "F17 resets after the head of its success",
    set: proxied({ kind: "cut-after", bytes: "head" }),
    outcome: "sent",
    attempt: "sent",
    calls: [1, 0],
  },
  {
    fault: "F6 answers in small pieces, in time",
    set: proxied({ kind: "trickle", bytes: 40, everyMs: 5 }),
    outcome: "sent",
    attempt: "sent",
    calls: [1, 0],
  },
  {
    fault: "F6 answers late, in time",
    set: proxied({ kind: "delay", ms: 150 }),
    outcome: "sent",
    attempt: "sent",
    calls: [1, 0],
  },
  {
    fault: "F39 gets a kind of message that is new",
    set: () => {},
    message: { template: "something_new_valid" },
    outcome: "sent",
    attempt: "sent",
    calls: [1, 0],
  },
];

/** Nobody can know: once more at the next vendor, and only once. */
export const unknownRows: Row[] = [
  {
    fault: "F5 answers too late",
    set: proxied({ kind: "delay", ms: 4_000 }),
    options: SHORT,
    outcome: "sent",
    attempt: TIMEOUT,
    calls: [1, 1],
    twice: 1,
  },
  {
    fault: "F5 dribbles its head",
    set: proxied({ kind: "trickle", bytes: 1, everyMs: 50 }),
    options: SHORT,
    outcome: "sent",
    attempt: TIMEOUT,
    calls: [1, 1],
    twice: 1,
  },
  {
    fault: "F7 takes the request and never answers",
    set: replied(hang),
    options: SHORT,
    outcome: "sent",
    attempt: TIMEOUT,
    calls: [1, 1],
  },
  {
    fault: "F7 swallows the request",
    set: proxied({ kind: "blackhole" }),
    options: SHORT,
    outcome: "sent",
    attempt: TIMEOUT,
    calls: [0, 1],
  },
  { fault: "F11 answers 500", set: replied(refused(500)), outcome: "sent", attempt: RESET, calls: [1, 1] },
  {
    fault: "F11 answers 502 after it has sent",
    set: acceptedBut({ status: 502, headers: { "content-type": "text/html" }, body: "<h1>" }),
    outcome: "sent",
    attempt: RESET,
    calls: [1, 1],
    twice: 1,
  },
  { fault: "F11 answers 504", set: replied({ status: 504 }), outcome: "sent", attempt: RESET, calls: [1, 1] },
  {
    fault: "F12 answers 503 in its own words",
    set: replied(refused(503, 20503)),
    outcome: "sent",
    attempt: RESET,
    calls: [1, 1],
  },
  {
    fault: "F15 answers in another protocol",
    set: proxied({ kind: "garbage" }),
    outcome: "sent",
    attempt: GARBAGE,
    calls: [1, 1],
    twice: 1,
  },
  {
    fault: "F15 says success with a page",
    set: acceptedBut({ status: 201, headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" }),
    outcome: "sent",
    attempt: GARBAGE,
    calls: [1, 1],
    twice: 1,
  },
  {
    fault: "F15 says success without an id",
    set: acceptedBut({ status: 201, headers: JSON_TYPE, body: "{}" }),
    outcome: "sent",
    attempt: GARBAGE,
    calls: [1, 1],
    twice: 1,
  },
  {
    fault: "F15 redirects",
    set: replied({ status: 302, headers: { location: "http://169.254.169.254/" } }),
    outcome: "sent",
    attempt: GARBAGE,
    calls: [1, 1],
  },
  {
    fault: "F17 resets within the status line",
    set: proxied({ kind: "cut-after", bytes: 7 }),
    outcome: "sent",
    attempt: RESET,
    calls: [1, 1],
    twice: 1,
  },
  {
    fault: "F17 resets once it has sent",
    set: proxied({ kind: "reset", when: "after-vendor" }),
    outcome: "sent",
    attempt: RESET,
    calls: [1, 1],
    twice: 1,
  },
  {
    fault: "F16 resets before it has sent",
    set: proxied({ kind: "reset", when: "before-vendor" }),
    outcome: "sent",
    attempt: RESET,
    calls: [0, 1],
  },
  {
    fault: "F17 ends the connection in place of an answer",
    set: proxied({ kind: "half-close" }),
    outcome: "sent",
    attempt: RESET,
    calls: [1, 1],
    twice: 1,
  },
];

const both = (set: (name: ProviderName) => (bench: FaultBench) => unknown) =>
  all(set("twilio-main"), set("plivo-main"));

/** Nobody is left, or nobody more may be asked. */
export const lastRows: Row[] = [
  {
    fault: "F8 both take it and never answer",
    set: both((name) => replied(hang, name)),
    options: SHORTEST,
    outcome: "ambiguous",
    attempt: TIMEOUT,
    calls: [1, 1],
  },
  {
    fault: "F8 both reset once they have sent",
    set: both((name) => proxied({ kind: "reset", when: "after-vendor" }, name)),
    outcome: "ambiguous",
    attempt: RESET,
    calls: [1, 1],
    twice: 1,
  },
  {
    fault: "F8 a third is left and may not be asked",
    set: both((name) => replied(hang, name)),
    options: { ...SHORTEST, chain: ["twilio-main", "plivo-main", "sns-eu"] },
    outcome: "ambiguous",
    attempt: TIMEOUT,
    calls: [1, 1],
  },
  {
    fault: "F8 it never answers and is the only one: once more",
    set: replied(hang),
    options: { ...SHORTEST, chain: ["twilio-main"] },
    outcome: "ambiguous",
    attempt: TIMEOUT,
    calls: [2, 0],
  },
  {
    fault: "F8 it never answers and the operator wants to hold",
    set: replied(hang),
    options: { ...SHORTEST, onUnknown: "hold" },
    outcome: "ambiguous",
    attempt: TIMEOUT,
    calls: [1, 0],
  },
  {
    fault: "F8 it resets once it has sent, and nobody else can",
    set: all(proxied({ kind: "reset", when: "after-vendor" }), proxied({ kind: "refuse" }, "plivo-main")),
    outcome: "ambiguous",
    attempt: RESET,
    calls: [2, 0],
    twice: 1,
  },
  {
    fault: "F8 it never answers a notice",
    set: replied(hang),
    message: { template: "verifiable_address_changed", text: "Your number was changed." },
    options: SHORTEST,
    outcome: "ambiguous",
    attempt: TIMEOUT,
    calls: [1, 0],
  },
  {
    fault: "F19 both refuse the connection",
    set: both((name) => proxied({ kind: "refuse" }, name)),
    outcome: "failed",
    attempt: NOT_SENT,
    calls: [0, 0],
  },
  {
    fault: "F19 both do not know the credentials",
    set: all(replied(refused(401)), replied({ status: 401 }, "plivo-main")),
    outcome: "failed",
    attempt: "not-sent unauthorized",
    calls: [1, 1],
  },
  {
    fault: "F19 both throttle, so the first is asked once more after its second",
    set: both((name) => replied({ status: 429 }, name)),
    outcome: "failed",
    attempt: "not-sent rate-limited",
    calls: [2, 1],
  },
  {
    fault: "F14 both refuse the message",
    set: all(replied(refused(400, 21617)), replied({ status: 400 }, "plivo-main")),
    outcome: "rejected",
    attempt: "not-sent message-refused",
    calls: [1, 1],
  },
];
