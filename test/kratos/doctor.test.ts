import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { jsonnetOnPath } from "../../src/cli/jsonnet-program.ts";
import { createAuthenticate } from "../../src/http/auth.ts";
import type { GatewayFacts, Surroundings } from "../../src/kratos/doctor/check.ts";
import { diagnose } from "../../src/kratos/doctor/diagnose.ts";
import { readKratosConfiguration } from "../../src/kratos/doctor/kratos-configuration.ts";
import type { SourceFile } from "../../src/kratos/doctor/kratos-file.ts";
import { Secret } from "../../src/values/secret.ts";

const ROOT = join(import.meta.dirname, "../..");
const SHIPPED = readFileSync(join(ROOT, "kratos/kratos.yml"), "utf8");

type Changes = Record<string, unknown>;

/** The shipped configuration with other values at these paths; `undefined` takes a key away. */
function changed(changes: Changes): string {
  const document = parseDocument(SHIPPED);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    if (value === undefined) document.deleteIn(keys);
    else document.setIn(keys, document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}

interface Where {
  environment?: Record<string, string>;
  evaluate?: Surroundings["evaluate"];
  gateway?: GatewayFacts;
  files?: Record<string, string>;
  overlays?: SourceFile[];
}

function findingsOf(
  source: string,
  { environment = {}, evaluate = () => undefined, gateway, files = {}, overlays = [] }: Where = {},
) {
  const configuration = readKratosConfiguration([{ name: "kratos.yml", text: source }, ...overlays], environment);
  if ("says" in configuration) throw new Error(configuration.says);
  const readFile = (path: string) => files[path] ?? schemaFile(path);
  return diagnose(configuration, { readFile, evaluate, ...(gateway && { gateway }) });
}

/** Files are named from the root of the repository. */
const schemaFile = (path: string) =>
  path.endsWith(".schema.json") ? readFileSync(join(ROOT, path), "utf8") : undefined;

const SCHEMA = readFileSync(join(ROOT, "kratos/phone.schema.json"), "utf8");
const CHANNEL = "courier.channels.0";
const REQUEST = `${CHANNEL}.request_config`;
const CODE = "selfservice.methods.code";
const base64 = (snippet: string) => `base64://${Buffer.from(snippet).toString("base64")}`;
const schemaWith = (change: (text: string) => string) => ({
  "identity.schemas.0.url": base64(change(SCHEMA)),
});

/** One mistake each: what is changed, where the doctor sees it, and a word of what it says. */
const MISTAKES: readonly [mistake: string, changes: Changes, path: string, says: RegExp][] = [
  ["no channel", { "courier.channels": undefined }, "courier", /no channel for SMS/],
  ["the form that is gone", { "courier.channels": undefined, "courier.sms": {} }, "courier.sms", /gone since v25\.4/],
  ["another id", { [`${CHANNEL}.id`]: "phone" }, `${CHANNEL}.id`, /only id is sms/],
  ["no type", { [`${CHANNEL}.type`]: undefined }, `${CHANNEL}.type`, /abandoned/],
  ["another type", { [`${CHANNEL}.type`]: "smtp" }, `${CHANNEL}.type`, /only type is http/],
  ["a key that channels lack", { [`${CHANNEL}.timeout`]: "5s" }, `${CHANNEL}.timeout`, /knows no timeout/],
  ["a key of web hooks", { [`${REQUEST}.response`]: {} }, `${REQUEST}.response`, /knows no response/],
  ["no url", { [`${REQUEST}.url`]: undefined }, `${REQUEST}.url`, /without a url/],
  ["a variable", { [`${REQUEST}.url`]: "${SMS_WEBHOOK_URL}" }, `${REQUEST}.url`, /expands no variables/],
  ["a url of no web", { [`${REQUEST}.url`]: "gateway:8080/courier/sms" }, `${REQUEST}.url`, /begins with http/],
  ["webhook.site", { [`${REQUEST}.url`]: "https://webhook.site/0-0" }, `${REQUEST}.url`, /public website/],
  ["SNS", { [`${REQUEST}.url`]: "https://sns.eu-west-1.amazonaws.com/" }, `${REQUEST}.url`, /signed requests/],
  ["a vendor", { [`${REQUEST}.url`]: "https://api.twilio.com/2010-04-01" }, `${REQUEST}.url`, /no failover/],
  ["another path", { [`${REQUEST}.url`]: "http://127.0.0.1:8080/" }, `${REQUEST}.url`, /\/courier\/sms only/],
  ["no method", { [`${REQUEST}.method`]: undefined }, `${REQUEST}.method`, /sends a GET/],
  ["another method", { [`${REQUEST}.method`]: "PATCH" }, `${REQUEST}.method`, /405/],
  [
    "a charset",
    { [`${REQUEST}.headers.Content-Type`]: "application/json; charset=utf-8" },
    `${REQUEST}.headers.Content-Type`,
    /letter by letter/,
  ],
  [
    "a form",
    { [`${REQUEST}.headers.Content-Type`]: "application/x-www-form-urlencoded" },
    `${REQUEST}.headers.Content-Type`,
    /takes JSON only/,
  ],
  ["no body", { [`${REQUEST}.body`]: undefined }, `${REQUEST}.body`, /without a body/],
  ["a body of no kind", { [`${REQUEST}.body`]: "function(ctx) ctx" }, `${REQUEST}.body`, /begins with base64/],
  ["bad base64", { [`${REQUEST}.body`]: "base64://ZnVuY3Rpb24oY3R4KQ=" }, `${REQUEST}.body`, /is not base64/],
  ["a body from the web", { [`${REQUEST}.body`]: "https://a.test/sms.jsonnet" }, `${REQUEST}.body`, /every SMS/],
  ["a file that is not here", { [`${REQUEST}.body`]: "file://./none.jsonnet" }, `${REQUEST}.body`, /could not be read/],
  ["auth without a place", { [`${REQUEST}.auth.config.in`]: undefined }, `${REQUEST}.auth.config`, /in is missing/],
  ["a cookie", { [`${REQUEST}.auth.config.in`]: "cookie" }, `${REQUEST}.auth.config.in`, /no cookies/],
  ["another header", { [`${REQUEST}.auth.config.name`]: "X-Key" }, `${REQUEST}.auth.config.name`, /X-API-Key/],
  ["a variable for a key", { [`${REQUEST}.auth.config.value`]: "$KEY" }, `${REQUEST}.auth.config.value`, /very text/],
  ["another auth", { [`${REQUEST}.auth.type`]: "oauth2" }, `${REQUEST}.auth.type`, /api_key or basic_auth/],
  ["retries in words", { "courier.message_retries": "thirty" }, "courier.message_retries", /whole number/],
  ["a lifespan without a unit", { [`${CODE}.config.lifespan`]: 10 }, `${CODE}.config.lifespan`, /with its unit/],
  ["a flag in words", { [`${CODE}.mfa_enabled`]: "no" }, `${CODE}.mfa_enabled`, /true or false/],
  ["a misspelled key", { "courier.retries": 3 }, "courier.retries", /knows no retries/],
  ["the usual retries", { "courier.message_retries": undefined }, "courier.message_retries", /6 tries/],
  ["a slow queue", { "courier.worker.pull_wait": "1m" }, "courier.worker.pull_wait", /every code waits/],
  [
    "a text without e-mail",
    { "courier.templates": { login_code: { valid: { sms: { body: { plaintext: base64("x") } } } } } },
    "courier.templates.login_code.valid",
    /email is missing/,
  ],
  [
    "a text within another",
    { "courier.templates": { verification_code: { login_code: {} } } },
    "courier.templates.verification_code.login_code",
    /no place in verification_code/,
  ],
  [
    "a text that cannot be changed",
    { "courier.templates": { authenticator_key_added: {} } },
    "courier.templates.authenticator_key_added",
    /no template authenticator_key_added/,
  ],
  ["both switches", { [`${CODE}.mfa_enabled`]: true }, `${CODE}.mfa_enabled`, /second factor/],
  ["neither switch", { [`${CODE}.passwordless_enabled`]: undefined }, CODE, /off for login/],
  ["codes that are off", { [CODE]: { enabled: false, config: { lifespan: "5m" } } }, `${CODE}.enabled`, /no code/],
  ["the usual lifespan", { [`${CODE}.config.lifespan`]: undefined }, `${CODE}.config.lifespan`, /ten minutes/],
  [
    "no session",
    { "selfservice.flows.registration.after": undefined },
    "selfservice.flows.registration.after.code.hooks",
    /second SMS/,
  ],
  ["recovery by link", { "selfservice.flows.recovery.use": "link" }, "selfservice.flows.recovery.use", /never sent/],
  [
    "recovery without its flag",
    { "feature_flags.choose_recovery_address": undefined },
    "feature_flags.choose_recovery_address",
    /e-mail only/,
  ],
  [
    "recovery without the other flag",
    { "feature_flags.use_continue_with_transitions": undefined },
    "feature_flags.use_continue_with_transitions",
    /422/,
  ],
  [
    "verification that is off",
    { "selfservice.flows.verification.enabled": false },
    "selfservice.flows.verification",
    /never verified/,
  ],
  [
    "verification by link",
    { "selfservice.flows.verification.use": "link" },
    "selfservice.flows.verification.use",
    /never sent/,
  ],
  ["an unknown schema", { "identity.default_schema_id": "user" }, "identity.default_schema_id", /no schema/],
  [
    "a schema that is not here",
    { "identity.schemas.0.url": "file:///etc/config/kratos/none.json" },
    "identity.schemas.0.url",
    /could not be read/,
  ],
  [
    "a trait without a format",
    schemaWith((text) => text.replace('"format": "tel",', "")),
    "identity.schemas.0.url",
    /no format/,
  ],
  [
    "nobody's number",
    schemaWith((text) => text.replace('"identifier": true', '"identifier": false')),
    "identity.schemas.0.url",
    /nobody can log in/,
  ],
  [
    "a closed network",
    { clients: { http: { disallow_private_ip_ranges: true } } },
    "clients.http.disallow_private_ip_ranges",
    /private network/,
  ],
  ["a short cipher", { "secrets.cipher": ["too-short"] }, "secrets.cipher.0", /exactly 32/],
  ["a short cookie", { "secrets.cookie": ["short"] }, "secrets.cookie.0", /at least 16/],
  [
    "codes in the log",
    {
      ...{ log: { leak_sensitive_values: true }, dsn: "postgres://db/kratos", secrets: undefined },
      [`${REQUEST}.auth`]: undefined,
    },
    "log.leak_sensitive_values",
    /every code stands/,
  ],
];

/** The line of the file that holds the key, or the deepest of those above it that the file has. */
function lineOf(source: string, path: string): number {
  const document = parseDocument(source);
  const keys = path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (!node?.range) continue;
    const key = keys[length - 1];
    const before = source.slice(0, node.range[0]);
    const start = typeof key === "string" ? before.lastIndexOf(`${key}:`) : node.range[0];
    return source.slice(0, start).split("\n").length;
  }
  return 1;
}

describe("the doctor", () => {
  it("has nothing to say against the configuration that we ship", () => {
    expect(findingsOf(SHIPPED)).toEqual([]);
    expect(findingsOf(SHIPPED, { evaluate: jsonnetOnPath(process.env) })).toEqual([]);
  });

  it.each(MISTAKES)("names %s, alone and at its line", (_, changes, path, says) => {
    const source = changed(changes);
    const findings = findingsOf(source);
    expect(findings.map((finding) => finding.path)).toEqual([path]);
    expect(findings[0]?.says).toMatch(says);
    expect(findings[0]?.place).toMatch(new RegExp(`^kratos\\.yml:${lineOf(source, path)}:`));
  });

  it("names the second of two channels", () => {
    const channel = { id: "sms", type: "http", request_config: {} };
    const document = parseDocument(SHIPPED);
    document.addIn(["courier", "channels"], document.createNode(channel));
    expect(findingsOf(document.toString({ lineWidth: 0 }))).toMatchObject([{ path: "courier.channels.1" }]);
  });

  it("names each mistake of a configuration that has several, the worst first", () => {
    const findings = findingsOf(
      changed({ "courier.message_retries": 5, [`${CHANNEL}.type`]: undefined, [`${REQUEST}.method`]: undefined }),
    );
    expect(findings.map(({ severity }) => severity)).toEqual(["error", "error", "warning"]);
  });

  it("tells the version that a feature came with", () => {
    const findings = findingsOf(changed({ version: "v1.3.1" }));
    expect(findings.map(({ path }) => path)).toEqual([
      `${CODE}.passwordless_enabled`,
      "feature_flags.choose_recovery_address",
    ]);
  });

  it("knows an example's secrets, unless everything is forgotten anyway", () => {
    const findings = findingsOf(changed({ dsn: "postgres://db/kratos" }));
    expect(findings.map(({ path }) => path)).toEqual([
      "secrets.cookie.0",
      "secrets.cipher.0",
      `${REQUEST}.auth.config.value`,
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/development-only-/);
  });

  it("says why it cannot read a file, and where", () => {
    expect(readKratosConfiguration([{ name: "kratos.yml", text: "a: 1\nb: [1" }], {})).toMatchObject({
      place: expect.stringMatching(/^kratos\.yml:2:/),
      says: expect.stringContaining("not YAML"),
    });
    expect(readKratosConfiguration([{ name: "kratos.json", text: "[]" }], {})).toMatchObject({
      says: expect.stringContaining("no keys"),
    });
  });

  it("says that an alias leads nowhere", () => {
    expect(readKratosConfiguration([{ name: "kratos.yml", text: "dsn: *nope\ncourier: {}\n" }], {})).toMatchObject({
      says: expect.stringContaining("alias"),
    });
  });

  it("never prints a password that stands in an address", () => {
    const url = "http://user:hunter2pass@10.0.0.1:8080/courier/sms";
    const clients = { http: { disallow_private_ip_ranges: true } };
    const findings = findingsOf(changed({ [`${REQUEST}.url`]: url, clients }));
    expect(findings.map(({ path }) => path)).toEqual(["clients.http.disallow_private_ip_ranges", `${REQUEST}.url`]);
    expect(JSON.stringify(findings)).not.toContain("hunter2pass");
  });

  it("reads JSON, which Kratos takes, too", () => {
    expect(findingsOf(JSON.stringify(parseDocument(SHIPPED).toJS(), undefined, 2))).toEqual([]);
  });
});

describe("the environment", () => {
  it.each<[says: string, environment: Record<string, string>, places: string[]]>([
    [
      "wins over the file, element by element",
      { COURIER_CHANNELS_0_REQUEST_CONFIG_METHOD: "GET" },
      ["COURIER_CHANNELS_0_REQUEST_CONFIG_METHOD"],
    ],
    [
      "replaces a whole list in JSON",
      {
        COURIER_CHANNELS:
          '[{"id":"sms","type":"http","request_config":{"method":"POST","url":"http://g/courier/sms"}}]',
      },
      ["COURIER_CHANNELS"],
    ],
    ["is read as the numbers it holds", { COURIER_MESSAGE_RETRIES: "3" }, ["COURIER_MESSAGE_RETRIES"]],
    ["does not matter where Kratos reads nothing", { COURIER_CHANNELS_0: "x", METHOD: "GET" }, []],
  ])("%s", (_, environment, places) => {
    expect(findingsOf(SHIPPED, { environment }).map(({ place }) => place)).toEqual(places);
  });

  it("is text where Kratos takes text, whatever it looks like", () => {
    const environment = { COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_VALUE: "12345678901234" };
    expect(findingsOf(SHIPPED, { environment })).toEqual([]);
    const source = changed({ [`${REQUEST}.auth`]: { type: "basic_auth", config: { user: "kratos" } } });
    const password = { COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_PASSWORD: "abcdef" };
    expect(findingsOf(source, { environment: password })).toEqual([]);
  });

  it("mends what the file leaves out", () => {
    const source = changed({ [`${REQUEST}.url`]: undefined });
    const environment = { COURIER_CHANNELS_0_REQUEST_CONFIG_URL: "http://sms-gateway:8080/courier/sms" };
    expect(findingsOf(source, { environment })).toEqual([]);
  });
});

describe("several files", () => {
  const shipped = (name: string): SourceFile => ({
    name,
    text: readFileSync(join(ROOT, "kratos", name), "utf8"),
  });
  const REAL = {
    ...{ DSN: "postgres://db/kratos", SECRETS_COOKIE: '["x0123456789abcdef"]' },
    ...{ SECRETS_CIPHER: '["0123456789abcdef0123456789abcdef"]', SERVE_PUBLIC_BASE_URL: "https://auth.example.com/" },
    COURIER_CHANNELS_0_REQUEST_CONFIG_URL: "http://sms-gateway:8080/courier/sms",
    COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_VALUE: "the-key",
  };

  it.each(["kratos.email.yml", "kratos.mfa.yml", "kratos.totp.yml", "kratos.hooks.yml"])(
    "of ours are well together: %s",
    (name) => {
      expect(findingsOf(SHIPPED, { overlays: [shipped(name)] })).toEqual([]);
    },
  );

  it("are well for production once the environment has what it must", () => {
    expect(findingsOf(SHIPPED, { overlays: [shipped("kratos.production.yml")], environment: REAL })).toEqual([]);
  });

  it("name what the environment still lacks in the file that took it away", () => {
    const { COURIER_CHANNELS_0_REQUEST_CONFIG_URL: _, ...environment } = REAL;
    const findings = findingsOf(SHIPPED, { overlays: [shipped("kratos.production.yml")], environment });
    expect(findings).toMatchObject([
      { path: `${REQUEST}.url`, place: expect.stringMatching(/^kratos\.production\.yml:/) },
    ]);
  });

  it("replace lists whole and merge maps: what is missing in a list is missing in the file that has it", () => {
    const text = "courier: { channels: [{ id: sms, type: http, request_config: { method: POST } }] }";
    const places = findingsOf(SHIPPED, { overlays: [{ name: "over.yml", text }] }).map(({ place }) => place);
    expect(places).toEqual(["over.yml:1:46", "over.yml:1:46"]);
  });
});

describe("a gateway that is known", () => {
  const keys = [{ id: "kratos", secret: new Secret("right") }];
  const takes = (headers: Headers) => createAuthenticate(keys)(headers) !== undefined;
  const gateway: GatewayFacts = { needsKey: true, takes, isAt: () => false, clientIpHeader: "X-Real-Ip" };
  const fits = {
    [`${REQUEST}.auth.config.value`]: "right",
    clients: { web_hook: { header_allowlist: ["x-real-ip"] } },
  };

  it("has nothing against what fits it", () => {
    expect(findingsOf(changed(fits), { gateway })).toEqual([]);
    const bearer = { [`${REQUEST}.auth.config`]: { in: "header", name: "Authorization", value: "Bearer right" } };
    expect(findingsOf(changed({ ...fits, ...bearer }), { gateway })).toEqual([]);
    const basic = { [`${REQUEST}.auth`]: { type: "basic_auth", config: { user: "kratos", password: "right" } } };
    expect(findingsOf(changed({ ...fits, ...basic }), { gateway })).toEqual([]);
    const asHeader = { [`${REQUEST}.auth`]: undefined, [`${REQUEST}.headers.X-API-Key`]: "right" };
    expect(findingsOf(changed({ ...fits, ...asHeader }), { gateway })).toEqual([]);
  });

  it.each<[mistake: string, changes: Changes, path: string]>([
    ["another key", { [`${REQUEST}.auth.config.value`]: "wrong" }, `${REQUEST}.auth.config.value`],
    ["no key", { [`${REQUEST}.auth`]: undefined }, `${REQUEST}.auth`],
    [
      "a key with a word before it",
      { [`${REQUEST}.auth.config.value`]: "Bearer right" },
      `${REQUEST}.auth.config.value`,
    ],
    [
      "a key without the word Bearer",
      { [`${REQUEST}.auth.config`]: { in: "header", name: "Authorization", value: "right" } },
      `${REQUEST}.auth.config.value`,
    ],
    ["a header that Kratos keeps to itself", { clients: undefined }, "clients.web_hook.header_allowlist"],
  ])("names %s", (_, changes, path) => {
    expect(findingsOf(changed({ ...fits, ...changes }), { gateway }).map((finding) => finding.path)).toEqual([path]);
  });
});

describe("the address of a gateway that is known", () => {
  const isAt = ({ port }: URL) => port === "8080";
  const gateway = { needsKey: false, takes: () => true, isAt };

  it.each<[url: string, severity: string | undefined]>([
    ["http://127.0.0.1:8080/sms", "error"],
    ["http://127.0.0.1:8080/courier/sms/", "error"],
    ["http://127.0.0.1:8080/api/courier/sms", "error"],
    ["http://127.0.0.1:8080/courier/sms", undefined],
    // A proxy may put these right.
    ["https://sms.example.com/sms", "warning"],
    ["https://sms.example.com/api/courier/sms", undefined],
  ])("makes of %s: %s", (url, severity) => {
    const findings = findingsOf(changed({ [`${REQUEST}.url`]: url }), { gateway });
    expect(findings.map((finding) => [finding.path, finding.severity])).toEqual(
      severity === undefined ? [] : [[`${REQUEST}.url`, severity]],
    );
  });
});

describe("the Jsonnet", () => {
  const SNIPPETS: readonly [mistake: string, snippet: string, read: RegExp | undefined, evaluated: RegExp][] = [
    ["upper-case names", "function(ctx) { recipient: ctx.Recipient, body: ctx.Body }", /lower-case/, /lower-case/],
    ["the old names", "function(ctx) { recipient: ctx.to, body: ctx.body }", /ctx\.recipient/, /ctx\.recipient/],
    ["an external variable", "{ recipient: std.extVar('ctx').recipient }", /extVar/, /extVar/],
    ["no function", "{ recipient: 1 }", /no function\(ctx\)/, /answers 400|cannot evaluate/],
    ["an import", "function(ctx) import 'a.jsonnet'", /import nothing/, /import nothing/],
    ["JSON in a text", "function(ctx) std.manifestJsonEx(ctx, ' ')", /one string/, /one string/],
    ["a syntax error", "function(ctx) { recipient: ctx.recipient", undefined, /cannot evaluate/],
    ["no text", "function(ctx) { recipient: ctx.recipient }", undefined, /answers 400/],
    ["no template", "function(ctx) { recipient: ctx.recipient, body: ctx.body }", undefined, /template_type/],
    ["everything about the person", "function(ctx) ctx", undefined, /all traits/],
  ];

  it.each(SNIPPETS)("with %s is told, by reading as far as that goes", (_, snippet, read, evaluated) => {
    const source = changed({ [`${REQUEST}.body`]: base64(snippet) });
    const says = (findings: ReturnType<typeof findingsOf>) => findings.map((finding) => finding.says).join();
    if (read) expect(says(findingsOf(source))).toMatch(read);
    else expect(findingsOf(source)).toEqual([]);
    const findings = findingsOf(source, { evaluate: jsonnetOnPath(process.env) });
    expect(findings.map(({ path }) => path)).toEqual([`${REQUEST}.body`]);
    expect(says(findings)).toMatch(evaluated);
  });

  it("may stand in a file beside the configuration", () => {
    const files = { "./sms.jsonnet": "function(ctx) { recipient: ctx.Recipient }" };
    expect(findingsOf(changed({ [`${REQUEST}.body`]: "file://./sms.jsonnet" }), { files })).toMatchObject([
      { says: expect.stringContaining("lower-case") },
    ]);
  });
});
