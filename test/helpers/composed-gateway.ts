import { onTestFinished } from "vitest";
import { compose, type House } from "../../src/compose.ts";
import type { Configuration } from "../../src/config/configuration.ts";
import { createKept, type Effects } from "../../src/kept.ts";
import { type Clock, systemClock } from "../../src/values/clock.ts";
import { type Random, systemRandom } from "../../src/values/random.ts";
import { configure } from "./configure.ts";
import { listenOn } from "./listen.ts";

/** A composed gateway whose courier and inbox listen on free ports until the test ends. */
export interface ComposedGateway {
  courierUrl: string;
  inboxUrl: string;
  /** Posts what Kratos would, without a key; rejects when no answer comes. */
  post(to: string, code?: string, init?: RequestInit): Promise<Response>;
  /** The JSON that the inbox answers. */
  // biome-ignore lint/suspicious/noExplicitAny: each test reads a few fields.
  inbox(path: string): Promise<any>;
  /** What the inbox shows, newest first. */
  // biome-ignore lint/suspicious/noExplicitAny: each test reads a few fields.
  messages(): Promise<any[]>;
  /** Lets go of whatever waits, as the end of the process does. */
  release(): void;
  /** Everything it logged. */
  log(): string;
}

/** Composes one from a configuration file's text, on the system's clock and chance unless told. */
export async function startComposed(
  yaml = "mode: dev",
  { clock = systemClock, random = systemRandom }: { clock?: Clock; random?: Random } = {},
): Promise<ComposedGateway> {
  let log = "";
  const write = (line: string) => {
    log += line;
  };
  const effects = { clock, random, log: { write, dropped: () => 0 }, proxy: {} };
  const gateway = await composeAlone(configure(yaml), effects);
  if (!gateway.inbox) throw new Error("there is no inbox");
  const [courierUrl, inboxUrl] = [await listenOn(gateway.courier), await listenOn(gateway.inbox)];
  onTestFinished(async () => {
    gateway.release();
    await gateway.close();
  });
  const inbox = async (path: string) => (await fetch(inboxUrl + path)).json();
  return {
    courierUrl,
    inboxUrl,
    post: (to, code = "482913", init = {}) => fetch(`${courierUrl}/courier/sms`, asKratos(to, code, init)),
    inbox,
    messages: async () => ((await inbox("/api/messages?limit=500")) as { messages: unknown[] }).messages,
    release: gateway.release,
    log: () => log,
  };
}

/** One house with all that it needs, without listeners and reloads. */
export async function composeAlone(configuration: Configuration, effects: Effects) {
  let house: House;
  const kept = await createKept(configuration, effects, {
    current: () => house,
    isReady: () => true,
    reload: async () => [],
  });
  house = await compose(configuration, kept);
  return { ...house, inbox: kept.inbox?.app, release: () => kept.inbox?.release(), close: kept.close };
}

function asKratos(to: string, code: string, init: RequestInit): RequestInit {
  const body = { recipient: to, body: `Your login code is: ${code}\n`, template_type: "login_code_valid" };
  return {
    method: "POST",
    body: JSON.stringify({ ...body, template_data: { login_code: code } }),
    ...init,
    headers: { "content-type": "application/json", ...init.headers },
  };
}
