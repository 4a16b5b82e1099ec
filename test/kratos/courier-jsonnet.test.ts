import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCourierMessage } from "../../src/kratos/courier-message.ts";
import { courierJsonnetBase64 } from "../../src/kratos/paste-block.ts";
import { contextFixtures, courierContext, type Json } from "../helpers/kratos-context.ts";

const SOURCE = readFileSync(new URL("../../courier-jsonnet/sms.jsonnet", import.meta.url), "utf8");
const ALL = `local sms = (${SOURCE}); function(ctx) [sms(each) for each in ctx]`;
const KRATOS = process.env["KRATOS_BIN"] ?? "kratos";
const hasKratos = spawnSync(KRATOS, ["version"]).status === 0;

/** Contexts that no Kratos should send, and that still may not cost a message. */
const UNUSUAL: Json[] = [
  {},
  { recipient: "+4917667111638", body: "Hello" },
  courierContext({ template_data: null, request_headers: null, message_type: null, template_type: null }),
  courierContext({ template_type: undefined, subject: undefined }),
  courierContext(
    { request_headers: ["x"], template_type: "step_up_code_valid" },
    { login_code: undefined, step_up_code: "482913" },
  ),
  courierContext({}, { login_code: 482913, expires_in_minutes: null, request_url: 7, transient_payload: "de" }),
  courierContext({}, { identity: null, transient_payload: null }),
  courierContext({}, { identity: "x", request_url: "" }),
  courierContext({}, { identity: { traits: [], locale: "de", email: "ada@example.com" } }),
  courierContext({}, { identity: { traits: { locale: "", lang: 7, language: "it" } } }),
  courierContext({}, { transient_payload: { language: "nl", locale: null, plan: "gold" } }),
  courierContext({}, { request_url: "https://auth.example.com/?a=b?c#d", request_url_domain: null }),
  courierContext({ message_type: "email", recipient: "ada@example.com" }),
  courierContext({ recipient: "0160 5555762" }),
  courierContext({ recipient: 7, body: null }),
  courierContext({ body: "Dein Code: 482913 \u{1f44b} \"'\\ $x %s \u2028" }),
];
const CONTEXTS: Json[] = [...contextFixtures.map(({ context }) => context), ...UNUSUAL];

const parse = (body: unknown) =>
  parseCourierMessage(body, { id: "msg_0123456789abcdef01234567", receivedAt: 1_935_396_000_000 });

function run(command: string, args: string[], input: string): Json[] {
  const { error, status, stdout, stderr } = spawnSync(command, args, { input, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (error || status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout);
}

function evaluate(contexts: Json[]): Json[] {
  if (spawnSync("jsonnet", ["--version"]).error) {
    throw new Error("the command jsonnet is missing: apt-get install jsonnet (macOS: brew install go-jsonnet)");
  }
  return run("jsonnet", ["-"], `(${ALL})(${JSON.stringify(contexts)})`);
}

test("the base64 file is the Jsonnet file, as one line that Kratos takes", () => {
  expect(courierJsonnetBase64()).toMatch(/^base64:\/\/[A-Za-z0-9+/]+=*$/);
  expect(Buffer.from(courierJsonnetBase64().replace("base64://", ""), "base64").toString()).toBe(SOURCE);
});

test("every context parses to the same message with it and without it", () => {
  const posted = evaluate(CONTEXTS);
  expect(posted).toHaveLength(CONTEXTS.length);
  for (const [index, context] of CONTEXTS.entries()) {
    expect(parse(posted[index]), JSON.stringify(context)).toEqual(parse(context));
  }
});

test("any data that fits nowhere parses to the same message too", () => {
  const name = fc.constantFrom(
    "locale",
    "lang",
    "language",
    "traits",
    "identity",
    "a_code",
    "_code",
    "request_url",
    "Accept-Language",
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, fc.constantFrom(null, 7, "", "de", "482913", "https://a.example/"), tie("object")),
    object: fc.dictionary(name, tie("any"), { maxKeys: 4, noNullPrototype: true }),
  })).any;
  const context = fc
    .tuple(value, value, value, value)
    .map(([identity, transient_payload, login_code, request_headers]) =>
      courierContext({ request_headers }, { identity, transient_payload, login_code }),
    );
  const contexts = fc.sample(context, { numRuns: 300, seed: 20_310_501 });
  const posted = evaluate(contexts);
  for (const [index, each] of contexts.entries()) {
    expect(parse(posted[index]), JSON.stringify(each)).toEqual(parse(each));
  }
});

test("of the person nothing but a locale leaves Kratos, and of the flow no secret", () => {
  const [posted] = evaluate([
    courierContext(
      {
        request_headers: {
          "Accept-Language": ["de"],
          "True-Client-Ip": ["203.0.113.7"],
          "X-Real-Client": ["203.0.113.7"],
          Cookie: ["ory_kratos_session=canary"],
          AUTHORIZATION: ["Bearer canary"],
          "X-Session-Token": ["canary"],
          "X-Api-Key": ["canary"],
        },
      },
      {
        identity: {
          id: "canary",
          traits: { email: "canary", name: { first: "canary" }, locale: "de" },
          metadata_public: { x: "canary" },
          verifiable_addresses: [{ value: "canary" }],
        },
        transient_payload: { locale: "fr", campaign: "canary" },
        area_code: { email: "canary" },
        oauth2_login_request: { challenge: "canary" },
        request_url: "https://auth.example.com/self-service/login/browser?login_challenge=canary",
      },
    ),
  ]);
  expect(JSON.stringify(posted)).not.toContain("canary");
  expect(posted).toEqual({
    recipient: "+4917667111638",
    body: "Your login code is: 482913\n\nIt expires in 60 minutes.\n",
    template_type: "login_code_valid",
    message_type: "sms",
    template_data: {
      login_code: "482913",
      expires_in_minutes: 60,
      request_url: "https://auth.example.com/self-service/login/browser",
      identity: { traits: { locale: "de" } },
      transient_payload: { locale: "fr" },
    },
    request_headers: { "Accept-Language": ["de"], "True-Client-Ip": ["203.0.113.7"], "X-Real-Client": ["203.0.113.7"] },
  });
});

test.each(contextFixtures)("no trait of $version $name survives", ({ context }) => {
  const [posted] = evaluate([context]);
  const data = posted?.["template_data"] as { identity: unknown; transient_payload: unknown };
  const { identity, transient_payload: payload } = data;
  expect(Object.keys(identity as object)).toEqual(["traits"]);
  for (const kept of [(identity as { traits: object }).traits, payload as object]) {
    expect(Object.keys(kept).filter((name) => !["locale", "lang", "language"].includes(name))).toEqual([]);
    expect(Object.values(kept).filter((value) => typeof value !== "string")).toEqual([]);
  }
});

test.runIf(hasKratos)("Kratos itself evaluates it to the same", () => {
  const request = {
    Filename: "sms.jsonnet",
    Snippet: ALL,
    TLACodes: [{ Key: "ctx", Value: JSON.stringify(CONTEXTS) }],
  };
  expect(run(KRATOS, ["jsonnet"], JSON.stringify(request))).toEqual(evaluate(CONTEXTS));
});

test.runIf(hasKratos)("Kratos itself evaluates the shipped line", () => {
  const snippet = Buffer.from(courierJsonnetBase64().replace("base64://", ""), "base64").toString();
  const request = {
    Filename: "sms.jsonnet",
    Snippet: snippet,
    TLACodes: [{ Key: "ctx", Value: JSON.stringify(courierContext()) }],
  };
  expect(parse(run(KRATOS, ["jsonnet"], JSON.stringify(request)))).toEqual(parse(courierContext()));
});
