import { randomInt } from "node:crypto";
import { sampleContext, sampleRequest } from "../kratos/doctor/body.ts";
import type { Surroundings } from "../kratos/doctor/check.ts";
import { type KratosConfiguration, textAt } from "../kratos/doctor/kratos-configuration.ts";
import { requestHeaders, shownUrl } from "../kratos/doctor/request-headers.ts";
import type { Terminal } from "./command.ts";

const REQUEST = "courier.channels.0.request_config";
/** As long as Kratos itself waits. */
const TIMEOUT_MS = 10_000;
/** What a test message may end with, when all is well. */
const TAKEN = ["sent", "captured"];

/**
 * Calls what the channel names with its own key and headers: with a login code for `to`, or with nothing, to see who
 * answers. Prints what came of it; true when all went well.
 */
export async function callAsKratos(
  configuration: KratosConfiguration,
  surroundings: Surroundings,
  { to }: { to?: string },
  { out, err }: Terminal,
): Promise<boolean> {
  const url = textAt(configuration, `${REQUEST}.url`) ?? "";
  const body = to === undefined ? "{}" : bodyFor(configuration, surroundings, to);
  const answer = await post(configuration, url, body);
  const trouble = whatIsWrong(answer, url, to === undefined ? 400 : undefined);
  if (trouble) {
    err(`error: ${trouble}\n`);
    return false;
  }
  out(`live: the gateway answers at ${shownUrl(url)} and takes this key\n`);
  if (to === undefined) {
    out("live: no message was posted: --to <number> names who gets one (it may cost money)\n");
    return true;
  }
  const { status, outcome = "", messageId = "" } = answer;
  const isTaken = TAKEN.includes(outcome);
  const print = isTaken ? out : err;
  print(`live: a login code was posted as Kratos would: ${status} ${outcome} ${messageId}\n`);
  return isTaken;
}

/** The same code again would be taken for a repetition, and nothing be sent. */
function bodyFor(configuration: KratosConfiguration, surroundings: Surroundings, to: string): string {
  const context = sampleContext(to, String(randomInt(100_000, 1_000_000)));
  const evaluated = sampleRequest(configuration, surroundings, context);
  return evaluated && "output" in evaluated ? evaluated.output : JSON.stringify(context);
}

interface Answer {
  /** Absent when nobody answered. */
  status?: number;
  outcome?: string;
  messageId?: string;
}

async function post(configuration: KratosConfiguration, url: string, body: string): Promise<Answer> {
  try {
    const method = textAt(configuration, `${REQUEST}.method`) ?? "GET";
    const headers = requestHeaders(configuration);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(shownUrl(url), {
      method,
      headers,
      signal,
      redirect: "manual",
      ...(method !== "GET" && { body }),
    });
    await answer.arrayBuffer();
    const [outcome, messageId] = [answer.headers.get("x-outcome"), answer.headers.get("x-message-id")];
    return { status: answer.status, ...(outcome && { outcome }), ...(messageId && { messageId }) };
  } catch {
    return {};
  }
}

function whatIsWrong({ status, outcome }: Answer, url: string, expected: number | undefined): string | undefined {
  if (status === undefined)
    return `nobody answers at ${shownUrl(url)} (from here; inside a container 127.0.0.1 is that container)`;
  if (status === 401) return "the gateway answers 401: its key is another one";
  if (outcome === undefined) return `what answers ${status} at ${shownUrl(url)} is no gateway of ours`;
  const isRefused = outcome === "invalid" && status !== expected;
  return !isRefused ? undefined : `the gateway answers ${status} to this method, Content-Type or body`;
}
