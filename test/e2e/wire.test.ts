import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Relay, type RelayedExchange, startRelay } from "../helpers/kratos-relay.ts";
import { poll } from "../helpers/program.ts";
import { kratosMissing, type Stack, startStack, unlessRun } from "./stack.ts";

const WHOLE_CONTEXT = `base64://${Buffer.from("function(ctx) ctx\n").toString("base64")}`;
const TEMPLATES = [
  "registration_code_valid",
  "login_code_valid",
  "recovery_code_valid",
  "verification_code_valid",
] as const;

describe.skipIf(kratosMissing)(`on the wire between Kratos and the gateway${unlessRun}`, () => {
  let relayed: RelayedStack;
  let exchanges: RelayedExchange[];

  beforeAll(async () => {
    relayed = await startRelayedStack({ "courier.channels.0.request_config.body": WHOLE_CONTEXT });
    const { app, nextCode } = relayed.stack;
    await app.register("+4915735990123", await nextCode("+4915735990123"));
    await app.login("+4915735990123", await nextCode("+4915735990123"));
    const session = await app.recover("+4915735990123", await nextCode("+4915735990123"));
    const code = await nextCode("+4915735990124");
    await app.verify(await app.changePhone(session.token, "+4915735990124"), code);
    exchanges = await seen(relayed.relay, TEMPLATES.length);
  });
  afterAll(() => relayed?.stop());

  it.each(TEMPLATES)("%s looks as it was recorded", async (template) => {
    const file = new URL(`../fixtures/kratos/26.2/${template}.json`, import.meta.url);
    const recorded = JSON.parse(await readFile(file, "utf8"));
    const request = exchanges
      .map((each) => each.request)
      .find(({ body }) => JSON.parse(body).template_type === template);
    const looks = (body: unknown, headers: object) => ({ headers: Object.keys(headers), body: shapeOf(body) });

    expect({ method: request?.method, path: request?.path }).toEqual({ method: "POST", path: "/courier/sms" });
    expect(looks(JSON.parse(request?.body ?? ""), request?.headers ?? {})).toEqual(
      looks(recorded.body, recorded.headers),
    );
  });

  it("each answer is a 200 that has no body and says so", () => {
    const answers = exchanges.map(({ response }) => ({
      status: response.status,
      length: response.headers["content-length"],
      body: response.body,
    }));
    expect(answers).toEqual(TEMPLATES.map(() => ({ status: 200, length: "0", body: "" })));
  });

  it("one connection is enough for all of them", () => {
    expect(relayed.relay.connectionCount()).toBe(1);
  });
});

describe.skipIf(kratosMissing)(`with the Jsonnet that we ship${unlessRun}`, () => {
  let relayed: RelayedStack;
  beforeAll(async () => {
    relayed = await startRelayedStack({});
  });
  afterAll(() => relayed?.stop());

  it("what Kratos knows of the person stays with Kratos", async () => {
    const { app, nextCode } = relayed.stack;
    const { identityId } = await app.register("+4915735990123", await nextCode("+4915735990123"));
    await app.login("+4915735990123", await nextCode("+4915735990123"));

    const bodies = (await seen(relayed.relay, 2)).map(({ request }) => JSON.parse(request.body));
    for (const { recipient, ...rest } of bodies) {
      expect(recipient).toBe("+4915735990123");
      expect(JSON.stringify(rest)).not.toMatch(new RegExp(`${identityId}|4915735990123|verifiable_addresses`));
    }
  });
});

interface RelayedStack {
  stack: Stack;
  relay: Relay;
  stop(): Promise<void>;
}

async function startRelayedStack(kratosOverrides: Record<string, unknown>): Promise<RelayedStack> {
  const started: Relay[] = [];
  const via = async (gatewayUrl: string) => {
    started.push(await startRelay(gatewayUrl));
    return started[0]?.url ?? "";
  };
  const stack = await startStack({ via, kratosOverrides });
  const [relay] = started as [Relay];
  const stop = async () => {
    await stack.stop();
    await relay.stop();
  };
  return { stack, relay, stop };
}

/** A code reaches the person a moment before the relay has written the exchange down. */
function seen(relay: Relay, count: number): Promise<RelayedExchange[]> {
  const exchanges = relay.exchanges();
  return poll(`${count} exchanges`, 10_000, async () => (exchanges.length === count ? exchanges : undefined));
}

/** The types in place of the values; which headers the app sent is its own affair. */
function shapeOf(value: unknown, key = ""): unknown {
  if (key === "request_headers")
    return Object.values(value as object).every(Array.isArray) && Object.keys(value as object).length > 0;
  if (Array.isArray(value)) return value.map((item) => shapeOf(item));
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner, name)]));
}
