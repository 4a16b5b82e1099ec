import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { type Loaded, loadConfiguration } from "../../src/config/load.ts";
import { printProblem } from "../../src/config/problems.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const LIVE = `
mode: live
auth: { keys: [{ id: kratos, secret: a-key }] }
providers:
  plivo-main: { type: plivo, authId: MAXXX, authToken: "t", sender: { default: { from: "+14155550101" } } }
destinations: { countries: [DE] }
`;

let files = 0;
function load(yaml: string, environment: Record<string, string> = {}): Loaded {
  const file = join(directory, `gateway-${++files}.yaml`);
  writeFileSync(file, yaml);
  return loadConfiguration({ GATEWAY_CONFIG: file, ...environment });
}

function secretFile(content: string): string {
  const file = join(directory, `secret-${++files}`);
  writeFileSync(file, content);
  return file;
}

function configurationOf(loaded: Loaded) {
  if ("problems" in loaded) throw new Error(loaded.problems.map(printProblem).join("\n"));
  return loaded.configuration;
}

function problemsOf(loaded: Loaded): string[] {
  return "problems" in loaded
    ? loaded.problems.map((problem) => printProblem(problem).replace(/gateway-\d+\.yaml/, "file"))
    : [];
}

describe("a configuration file", () => {
  it("gets every default that it leaves out", () => {
    expect(configurationOf(load(LIVE))).toMatchObject({
      mode: "live",
      listen: { host: "0.0.0.0", port: 8080 },
      ops: { host: "0.0.0.0", port: 8081 },
      failover: { answerWithin: 8_000, attemptTimeout: 3_000, onUnknown: "next" },
      routes: [{ name: "default", chain: ["plivo-main"] }],
      logLevel: "info",
    });
    expect(configurationOf(load(LIVE)).inbox).toBeUndefined();
  });

  it("in dev mode listens on this machine only, and has two inboxes so that failover can be seen", () => {
    expect(configurationOf(load("mode: dev"))).toMatchObject({
      listen: { host: "127.0.0.1", port: 8080 },
      ops: { host: "127.0.0.1", port: 8081 },
      inbox: { host: "127.0.0.1", port: 8026, allowedHosts: [] },
      routes: [{ name: "default", chain: ["inbox", "inbox-backup"] }],
    });
  });

  it("takes the example that we ship", () => {
    const names = [
      "GATEWAY_SECRET",
      "GATEWAY_API_KEY",
      "ADMIN_API_KEY",
      "TWILIO_AUTH_TOKEN",
      "PLIVO_AUTH_ID",
      "PLIVO_AUTH_TOKEN",
    ];
    const environment = Object.fromEntries(names.map((name) => [name, "3f9c1e07a5b2d48640ce71f8"]));
    const loaded = loadConfiguration({
      ...environment,
      TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
      GATEWAY_CONFIG: "gateway.example.yaml",
    });
    expect(problemsOf(loaded)).toEqual([]);
    expect(loaded).toMatchObject({ warnings: [] });
    expect(configurationOf(loaded).pumping, "said to be the defaults").toEqual(configurationOf(load(LIVE)).pumping);
  });

  it.each<[sentence: string, yaml: string, problem: RegExp]>([
    ["no mode", "listen: { port: 1 }", /mode: mode is dev .* or live/],
    ["a wrong mode", "mode: production", /^file:1:1 mode: mode is dev/],
    ["an empty file", "", /mode: mode is dev/],
    ["YAML that cannot be read", "mode: [dev", /^file:\d+:\d+ /],
    [
      "an unknown key with its neighbour",
      "mode: dev\nproivders: {}",
      /^file:2:1 proivders: unknown key; did you mean providers\?/,
    ],
    [
      "an unknown key deep inside",
      `${LIVE}routes:\n  - { name: a, chian: [plivo-main], chain: [plivo-main] }`,
      /routes\.0\.chian: unknown key; did you mean chain\?/,
    ],
    [
      "an unknown key of a provider",
      LIVE.replace("authId: MAXXX", "authId: MAXXX, authTocken: t"),
      /providers\.plivo-main\.authTocken: unknown key; did you mean authToken\?/,
    ],
    [
      "an unknown kind of provider",
      LIVE.replace("type: plivo", "type: nexmo"),
      /providers\.plivo-main\.type: .*twilio/,
    ],
    [
      "a duration without a unit",
      "mode: dev\nfailover: { answerWithin: 8 }",
      /^file:2:13 failover\.answerWithin: a duration carries a unit/,
    ],
    [
      "a variable that is not set",
      'mode: dev\nsecret: "${NOT_THERE}"',
      /^file:2:9 \$\{NOT_THERE\} is not set; set NOT_THERE or NOT_THERE_FILE/,
    ],
    [
      "a chain with a stranger",
      `${LIVE}routes: [{ name: a, chain: [sns-eu] }]`,
      /routes\.0\.chain\.0: there is no provider sns-eu; there are plivo-main/,
    ],
    [
      "a chain that names one twice",
      `${LIVE}routes: [{ name: a, chain: [plivo-main, plivo-main] }]`,
      /stands in this chain already/,
    ],
    [
      "a shared place with a stranger",
      `${LIVE}routes: [{ name: a, chain: [{ plivo-main: 90, sns-eu: 10 }] }]`,
      /^file:7:\d+ routes\.0\.chain\.0\.sns-eu: there is no provider sns-eu/,
    ],
    [
      "a shared place with a wrong weight",
      `${LIVE}routes: [{ name: a, chain: [{ plivo-main: 90, sns-eu: -10 }] }]`,
      /^file:7:\d+ routes\.0\.chain\.0\.sns-eu: a weight is a whole number, 0 or more$/,
    ],
    [
      "a place shared by one",
      `${LIVE}routes: [{ name: a, chain: [{ plivo-main: 90 }] }]`,
      /routes\.0\.chain\.0: only two or more share a place/,
    ],
    [
      "a place that is a list",
      `${LIVE}routes: [{ name: a, chain: [[plivo-main]] }]`,
      /routes\.0\.chain\.0: takes a provider's name, or two or more with their weights/,
    ],
    [
      "two routes of one name",
      `${LIVE}routes: [{ name: a, chain: [plivo-main] }, { name: a, chain: [plivo-main] }]`,
      /routes\.1\.name: there is another route a/,
    ],
    [
      "a missing key of a provider",
      LIVE.replace("authId: MAXXX, ", ""),
      /providers\.plivo-main\.authId: is missing; it takes a text/,
    ],
    [
      "a text where a list belongs",
      `${LIVE}routes: [{ name: a, chain: plivo-main }]`,
      /routes\.0\.chain: takes a list/,
    ],
    ["a word that is no choice", "mode: dev\nfailover: { onUnknown: maybe }", /onUnknown: is one of next, hold/],
    [
      "a provider's name in capitals",
      LIVE.replace("plivo-main", "Plivo"),
      /providers\.Plivo: a provider's name is lower-case/,
    ],
    [
      "a country that does not exist",
      LIVE.replace("[DE]", "[XX]"),
      /destinations\.countries\.0: a country is its ISO 3166-1 code/,
    ],
    ["a country in lower case", LIVE.replace("[DE]", "[de]"), /destinations\.countries\.0: .*; write DE/],
    [
      "a route's country that does not exist",
      `${LIVE}routes: [{ name: a, match: { country: [UK] }, chain: [plivo-main] }]`,
      /routes\.0\.match\.country\.0: .*; write GB/,
    ],
    [
      "an attempt that cannot be over in time",
      "mode: dev\nfailover: { attemptTimeout: 200ms }",
      /attemptTimeout: .* at least 250ms/,
    ],
    [
      "an answer after Kratos gave up",
      "mode: dev\nfailover: { answerWithin: 30s }",
      /answerWithin: Kratos gives up after 10 s/,
    ],
    [
      "an attempt longer than the answer",
      "mode: dev\nfailover: { answerWithin: 2s }",
      /attemptTimeout: is longer than answerWithin/,
    ],
    [
      "a key of the memory store that it does not have",
      "mode: dev\nstore: { type: memory, replicas: 2 }",
      /store\.replicas: unknown key/,
    ],
    [
      "a key that no header can carry",
      "mode: dev\nauth: { keys: [{ id: a, secret: 'a b' }] }",
      /auth\.keys\.0\.secret: a key is printable ASCII/,
    ],
    [
      "an alias without anchor, without repeating it",
      "mode: dev\nsecret: *hunter2",
      /^file an alias \(\*name\) has no anchor/,
    ],
    ["a tab", "mode: dev\nlisten:\n\tport: 1", /^file:3:1 a tab indents this line/],
    [
      "a key that stands twice",
      "mode: dev\nlog: { level: info }\nlog: { level: warn }",
      /^file:3:1 this key stands in the same map already$/,
    ],
    [
      "a live inbox that nobody could open, in the chain that is implied",
      `${LIVE.replace("destinations", "  box: { type: inbox }\ndestinations")}`,
      /providers\.box: is an inbox/,
    ],
    ["a limit in a unit that is none", "mode: dev\nlimits: { perNumber: { max: 5, per: 10 } }", /limits\.perNumber.*/],
    [
      "spend without a default price",
      "mode: dev\nspend: { prices: { US: 0.01 } }",
      /spend\.prices: needs a default price/,
    ],
    [
      "a limit of a country that does not exist",
      "mode: dev\nlimits: { perCountry: { de: { max: 1, per: 1h } } }",
      /limits\.perCountry\.de/,
    ],
    [
      "a pumping rule that does what there is not",
      "mode: dev\npumping: { countryBurst: { onAlarm: block } }",
      /^file:2:\d+ pumping\.countryBurst\.onAlarm: onAlarm is alarm, suppress or off/,
    ],
    [
      "a pumping rule that does not exist",
      "mode: dev\npumping: { countryBurts: { times: 3 } }",
      /pumping\.countryBurts: unknown key; did you mean countryBurst\?/,
    ],
    [
      "a pumping figure of another rule",
      "mode: dev\npumping: { sequentialNumbers: { distinkt: 20 } }",
      /pumping\.sequentialNumbers\.distinkt: unknown key; did you mean distinct\?/,
    ],
    [
      "a pumping rule that alarms at one number",
      "mode: dev\npumping: { clientIp: { distinct: 1 } }",
      /pumping\.clientIp\.distinct: at least 3/,
    ],
    [
      "a pumping window of seconds",
      "mode: dev\npumping: { clientIp: { per: 10s } }",
      /pumping\.clientIp\.per: from 1m to 24h/,
    ],
    [
      "a pumping window without a unit",
      "mode: dev\npumping: { sequentialNumbers: { per: 10 } }",
      /pumping\.sequentialNumbers\.per: a duration carries a unit/,
    ],
    [
      "two headers for one address",
      "mode: dev\nlimits: { perClientIp: { header: A, max: 1, per: 1h } }\npumping: { clientIp: { header: B } }",
      /pumping\.clientIp\.header: limits\.perClientIp\.header names another one/,
    ],
    [
      "messages to be stopped by an address that no header names",
      `${LIVE}pumping: { clientIp: { onAlarm: suppress } }`,
      /pumping\.clientIp: needs the header that holds the person's address/,
    ],
    ["a port out of range", "mode: dev\nlisten: { port: 99999 }", /listen\.port: a port is a number/],
    [
      "a secret that stands in no readable file",
      "mode: dev\nsecretFile: /nowhere/secret",
      /secretFile: \/nowhere\/secret, which secretFile names, cannot be read \(ENOENT\)/,
    ],
    [
      "a secret given twice",
      `mode: dev\nsecret: a\nsecretFile: ${secretFile("b")}`,
      /both secret and secretFile are given/,
    ],
    ["an inbox open to all without a token", "mode: dev\ninbox: { host: 0.0.0.0 }", /inbox\.host: .*INBOX_TOKEN/],
    [
      "an inbox in a live chain that nobody could open",
      `${LIVE.replace("destinations", "  box: { type: inbox }\ndestinations")}routes: [{ name: a, chain: [box] }]`,
      /besideLive/,
    ],
    ["a shared store without a server", "mode: dev\nstore: { type: redis }", /store: needs one of url, sentinel/],
    [
      "a shared store with two",
      'mode: dev\nstore: { type: redis, url: "redis://x", cluster: ["a:1"] }',
      /store: needs one of url/,
    ],
    ["a node without a port", "mode: dev\nstore: { type: redis, cluster: [here] }", /store\.cluster\.0: .*host:port/],
    ["a URL of something else", 'mode: dev\nstore: { type: redis, url: "http://x" }', /store\.url: .*redis:\/\//],
    [
      "a CA without TLS",
      `mode: dev\nstore: { type: redis, url: "redis://x", caFile: ${secretFile("-----BEGIN CERTIFICATE-----")} }`,
      /store\.ca: a CA is for TLS: say rediss:/,
    ],
    [
      "a CA that is none",
      `mode: dev\nstore: { type: redis, url: "rediss://x", caFile: ${secretFile("x")} }`,
      /store\.ca: a CA is a certificate in PEM/,
    ],
    [
      "a CA that cannot be read",
      'mode: dev\nstore: { type: redis, url: "rediss://x", caFile: /nowhere/ca.pem }',
      /caFile: \/nowhere\/ca\.pem, which caFile names, cannot be read/,
    ],
    [
      "claims that a cluster cannot await",
      'mode: dev\nstore: { type: redis, cluster: ["a:1"], claimDurability: replicated }',
      /store\.claimDurability: a cluster's client cannot/,
    ],
    ["a misspelled key of the store", "mode: dev\nstore: { type: redis, replcas: 3 }", /did you mean replicas/],
    [
      "a template directory that is not there",
      "mode: dev\ntemplates: { use: { dir: ./nowhere } }",
      /nowhere cannot be read/,
    ],
  ])("is refused for %s, with its place", (_, yaml, problem) => {
    expect(problemsOf(load(yaml)).join("\n")).toMatch(problem);
  });

  it.each<[missing: string, yaml: string, problem: RegExp]>([
    ["a key", LIVE.replace(/^auth.*$/m, ""), /needs a key for Kratos/],
    ["a provider", LIVE.replace(/^providers:\n.*$/m, ""), /needs at least one provider/],
    ["a country list", LIVE.replace(/^destinations.*$/m, ""), /needs destinations.countries/],
    ["keys that do something", `${LIVE}publicUrl: https://sms.example.com`, /publicUrl: has no effect in this version/],
    [
      "receipts, which are not there yet",
      `${LIVE}routes: [{ name: a, chain: [plivo-main], deliverWithin: 25s }]`,
      /routes\.0\.deliverWithin: has no effect/,
    ],
    [
      "a secret that all replicas know",
      `${LIVE}store: { type: redis, url: "redis://x" }`,
      /file:7:10 store\.type: .*GATEWAY_SECRET/,
    ],
  ])("in live mode needs %s", (_, yaml, problem) => {
    expect(problemsOf(load(yaml)).join("\n")).toMatch(problem);
  });

  describe("with an inbox for numbers that are nobody's phone", () => {
    const beside = (routes: string, exempt = '["+15005550006", "+15005550007"]') =>
      load(
        `${LIVE.replace("destinations", "  box: { type: inbox }\ndestinations").replace("[DE] }", `[DE], exempt: ${exempt} }`)}inbox: { besideLive: true }\n${routes}`,
      );
    const rest = "{ name: default, chain: [plivo-main] }";

    it.each([
      ["alone", '{ recipient: ["+15005550006"] }', "[box]"],
      [
        "behind a vendor, for several and one template",
        '{ recipient: ["+15005550006", "+15005550007"], template: [login_code_valid] }',
        "[plivo-main, box]",
      ],
    ])("lets it stand %s in a chain for them", (_, match, chain) => {
      const loaded = beside(`routes: [{ name: reviewers, match: ${match}, chain: ${chain} }, ${rest}]`);
      expect(configurationOf(loaded).routes).toHaveLength(2);
    });

    it.each<[what: string, routes: string, exempt: string | undefined, problem: RegExp]>([
      [
        "a chain for everybody",
        "routes: [{ name: default, chain: [plivo-main, box] }]",
        undefined,
        /^file:9:\d+ routes\.0\.chain\.1: is an inbox.*add match\.recipient/,
      ],
      [
        "a chain for a country",
        `routes: [{ name: a, match: { country: [DE] }, chain: [box] }, ${rest}]`,
        undefined,
        /^file:9:\d+ routes\.0\.chain\.0: is an inbox/,
      ],
      [
        "a chain for a prefix that begins an exempt number",
        `routes: [{ name: a, match: { prefix: ["+15005550006"] }, chain: [box] }, ${rest}]`,
        undefined,
        /^file:9:\d+ routes\.0\.chain\.0: is an inbox/,
      ],
      [
        "a chain for a number beside the exempt ones",
        `routes: [{ name: a, match: { recipient: ["+15005550006", "+4915735990123"] }, chain: [box] }, ${rest}]`,
        undefined,
        /^file:9:\d+ routes\.0\.match\.recipient\.1: is not in destinations\.exempt, and box .*exempt numbers alone$/,
      ],
      [
        "a chain for numbers of which none is exempt",
        `routes: [{ name: a, match: { recipient: ["+15005550006"] }, chain: [box] }, ${rest}]`,
        "[]",
        /^file:9:\d+ routes\.0\.match\.recipient\.0: is not in destinations\.exempt/,
      ],
      [
        "no routes, so that all providers are everybody's chain",
        "",
        undefined,
        /^file:6:\d+ providers\.box: .*add routes/,
      ],
    ])("refuses %s, and repeats no number", (_, routes, exempt, problem) => {
      const problems = problemsOf(beside(routes, exempt));
      expect(problems).toEqual([expect.stringMatching(problem)]);
      expect(problems.join()).not.toMatch(/\d{7}/);
    });

    it("warns when the inbox beside live mode has no such chain, since it shows no code then", () => {
      const loaded = load(`${LIVE}inbox: { besideLive: true }`);
      expect("warnings" in loaded && loaded.warnings.map(printProblem).join()).toMatch(
        /inbox\.besideLive: shows no code/,
      );
    });

    it("lets dev mode have any chain", () => {
      expect(configurationOf(load("mode: dev\nproviders: { box: { type: inbox } }")).routes[0]?.chain).toEqual(["box"]);
    });
  });

  it("takes a shared store by URL, Sentinel or cluster, and shows none of its secrets", () => {
    const redisOf = (store: string, mode = LIVE) =>
      configurationOf(load(`${mode}secret: s\nstore: { type: redis, ${store} }`)).redis;
    const byUrl = redisOf('url: "rediss://user:hidden@redis:6379"');
    expect(byUrl).toMatchObject({ keyPrefix: "kratos-sms-gateway", replicas: 2 });
    expect(byUrl?.url?.reveal()).toContain("hidden");
    expect(inspect(byUrl) + JSON.stringify(byUrl)).not.toContain("hidden");
    expect(redisOf('sentinel: { name: sms, nodes: ["a:26379", "[::1]:26379"] }, keyPrefix: x')).toMatchObject({
      sentinel: {
        name: "sms",
        nodes: [
          { host: "a", port: 26_379 },
          { host: "::1", port: 26_379 },
        ],
      },
    });
    expect(redisOf("cluster: [a:1, b:2], replicas: 3")?.cluster).toHaveLength(2);
    const caFile = secretFile("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect(redisOf(`url: "rediss://x", caFile: ${caFile}`)?.ca).toMatch(/AAAA/);
    expect(redisOf('url: "redis://x"', "mode: dev\n")).toBeUndefined();
  });

  it("tells a missing variable once, not what the empty value breaks as well", () => {
    const yaml = LIVE.replace("authId: MAXXX", 'authId: "${GONE}"').replace("secret: a-key", 'secret: "${GONE_TOO}"');
    expect(problemsOf(load(yaml))).toHaveLength(2);
  });

  it("takes an empty variable for one that is not set", () => {
    expect(configurationOf(loadConfiguration({ GATEWAY_CONFIG: "", GATEWAY_MODE: "" })).mode).toBe("dev");
  });

  it("warns of limits that are off in live mode, by name", () => {
    const warningsOf = (loaded: Loaded) => ("warnings" in loaded ? loaded.warnings.map(printProblem).join() : "");
    expect(warningsOf(load(LIVE))).toMatch(
      /limits\.perBlock, limits\.perCountry, limits\.total, limits\.perClientIp, spend: not set/,
    );
    expect(warningsOf(load(`${LIVE}limits: { total: { max: 9, per: 1m } }`))).not.toMatch(/limits\.total/);
    expect(warningsOf(load("mode: dev"))).toBe("");
  });

  describe("warns of a key that somebody could guess", () => {
    const about = (key: string, yaml = LIVE, environment: Record<string, string> = {}) => {
      const loaded = load(yaml.replace("secret: a-key", `secret: "${key}"`), environment);
      if ("problems" in loaded) throw new Error(problemsOf(loaded).join("\n"));
      return loaded.warnings.filter(({ message }) => message.includes("openssl"));
    };

    it.each<[key: string, weakness: string]>([
      ["changeme", "is shorter than 16 characters"],
      ["secret", "is shorter than 16 characters"],
      ["fifteen-letters", "is shorter than 16 characters"],
      ["change-me-please-change-me", "is easy to guess"],
      ["development-only-gateway-key", "is easy to guess"],
      ["your-gateway-api-key-here", "is easy to guess"],
      ["a".repeat(40), "is easy to guess"],
      ["secretsecretsecret", "is easy to guess"],
      ["abababababababababac", "is easy to guess"],
      ["1234567890123456", "is easy to guess"],
      ["0123456789012345678901234567890123456789", "is easy to guess"],
      ["abcdefghijklmnopqrstuvwxyz", "is easy to guess"],
    ])("%s: %s", (key, weakness) => {
      const [warning, ...others] = about(key);
      expect(warning).toMatchObject({
        place: expect.stringMatching(/gateway-\d+\.yaml:3:\d+$/),
        path: "auth.keys.0.secret",
        message: expect.stringContaining(weakness),
      });
      expect(warning?.message).not.toContain(key);
      expect(others).toEqual([]);
    });

    it.each(["3f9c1e07a5b2d48640ce71f8", "7204918365520147", "Correct-Horse-3-Battery", "x8Kq0ZrT5mVb2LhC"])(
      "and not of %s",
      (key) => {
        expect(about(key)).toEqual([]);
      },
    );

    it("wherever a key stands, and says where it came from", () => {
      const admin = "admin: { keys: [{ id: ops, secret: short }] }\nsecret: short\n";
      const inbox = `inbox: { besideLive: true, token: short }\nstore: { type: memory }\n`;
      const paths = about("3f9c1e07a5b2d48640ce71f8", LIVE + admin + inbox).map(({ path }) => path);
      expect(paths).toEqual(["admin.keys.0.secret", "secret", "inbox.token"]);
      const fromVariable = about("${GATEWAY_API_KEY}", LIVE, { GATEWAY_API_KEY: "changeme" });
      expect(fromVariable).toMatchObject([{ path: "auth.keys.0.secret" }]);
    });

    it("in live mode alone: in dev it opens nothing that loopback would not", () => {
      expect(about("changeme", LIVE.replace("mode: live", "mode: dev"))).toEqual([]);
    });
  });

  it("warns of pumping rules that are off in live mode, by name", () => {
    const warningsOf = (loaded: Loaded) => ("warnings" in loaded ? loaded.warnings.map(printProblem).join() : "");
    expect(warningsOf(load(LIVE))).not.toMatch(/pumping/);
    const off = "pumping: { countryBurst: { onAlarm: off } }";
    expect(warningsOf(load(`${LIVE}${off}`))).toMatch(/pumping\.countryBurst\.onAlarm: is off/);
    expect(warningsOf(load(`mode: dev\n${off}`))).toBe("");
  });

  it("takes the header of one rule for the other, however it is spelled", () => {
    const yaml = `${LIVE}limits: { perClientIp: { header: X-Ip, max: 1, per: 1h } }\npumping: { clientIp: { onAlarm: suppress, header: x-ip } }`;
    expect(problemsOf(load(yaml))).toEqual([]);
  });

  it("warns of a shared place when no secret keeps who goes where", () => {
    const spare = LIVE.replace(/^ {2}plivo-main: (.*)$/m, (line, options) => `${line}\n  spare: ${options}`);
    const warnings = (yaml: string) => {
      const loaded = load(`${spare}${yaml}routes: [{ name: a, chain: [{ plivo-main: 90, spare: 10 }] }]`);
      return "warnings" in loaded ? loaded.warnings.map(printProblem).join("\n") : problemsOf(loaded).join("\n");
    };
    expect(warnings("")).toMatch(/routes\.0\.chain\.0: is shared by numbers, and without secret/);
    expect(warnings("secret: a-secret\n")).not.toMatch(/is shared|problem|never be used/);
  });

  it("warns of a route that is never reached", () => {
    const loaded = load(`${LIVE}routes: [{ name: a, chain: [plivo-main] }, { name: b, chain: [plivo-main] }]`);
    expect("warnings" in loaded && loaded.warnings.map(printProblem).join()).toMatch(
      /routes\.1: is never reached: a before it/,
    );
  });

  it("tells every problem at once, those between sections too", () => {
    const yaml =
      'mode: live\nlisten: { port: no }\nroutes: [{ name: a, chain: [nobody] }]\nlog: { levle: info }\nsecret: "${GONE}"';
    const problems = problemsOf(load(yaml)).join("\n");
    for (const part of [
      "listen.port",
      "nobody",
      "levle",
      "GONE",
      "needs a key",
      "at least one provider",
      "destinations.countries",
    ]) {
      expect(problems).toContain(part);
    }
  });

  it("reads variables, defaults, and secrets from files of their own", () => {
    const yaml =
      'mode: ${MODE:-dev}\nlisten: { port: "${GATEWAY_PORT}" }\nsecret: "${HIDDEN}"\ninbox: { tokenFile: TOKEN }';
    const loaded = load(yaml.replace("TOKEN", secretFile("a-token\n")), {
      GATEWAY_PORT: "9000",
      HIDDEN_FILE: secretFile("s3cret\n"),
    });
    const { mode, listen, secret, inbox } = configurationOf(loaded);
    expect([mode, listen.port, secret?.reveal(), inbox?.token?.reveal()]).toEqual(["dev", 9000, "s3cret", "a-token"]);
  });

  it("keeps an unquoted number with its plus", () => {
    const { destinations } = configurationOf(load("mode: dev\ndestinations: { exempt: [+15005550006] }"));
    expect(destinations.exempt).toEqual(["+15005550006"]);
  });

  it("lets the environment set listeners and mode over it", () => {
    const environment = {
      GATEWAY_MODE: "dev",
      PORT: "1",
      HOST: "127.0.0.2",
      OPS_PORT: "2",
      INBOX_PORT: "3",
      INBOX_ALLOWED_HOSTS: "a.test, b.test",
    };
    expect(configurationOf(load(LIVE, environment))).toMatchObject({
      mode: "dev",
      listen: { host: "127.0.0.2", port: 1 },
      ops: { port: 2 },
      inbox: { port: 3, allowedHosts: ["a.test", "b.test"] },
    });
  });

  it("warns of a provider that no chain uses and of messages that no route takes", () => {
    const yaml = `${LIVE}routes: [{ name: a, match: { country: [DE] }, chain: [spare] }]`.replace(
      "destinations",
      '  spare: { type: plivo, authId: MA1, authToken: t, sender: { default: { from: "+14155550101" } } }\ndestinations',
    );
    const loaded = load(yaml);
    configurationOf(loaded);
    expect("warnings" in loaded && loaded.warnings.map(printProblem).join("\n")).toMatch(
      /plivo-main: stands in no chain[\s\S]*no route matches everything/,
    );
  });

  it("never shows a secret", () => {
    const loaded = load(LIVE.replace("a-key", "hunter2").replace('"t"', '"hunter3"'));
    expect(inspect(loaded, { depth: 9 })).not.toMatch(/hunter/);
  });

  it("that is named and missing is a problem", () => {
    expect(problemsOf(loadConfiguration({ GATEWAY_CONFIG: "/nowhere.yaml" }))).toEqual([
      "GATEWAY_CONFIG /nowhere.yaml cannot be read (ENOENT)",
    ]);
  });
});

const TWILIO = { TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, TWILIO_AUTH_TOKEN: "t", TWILIO_FROM: "+14155550101" };
const COMPLETE = { GATEWAY_API_KEY: "k", ALLOWED_COUNTRIES: "DE, US", ...TWILIO };

describe("the environment alone", () => {
  it.each<[sentence: string, environment: Record<string, string>, mode: string]>([
    ["nothing at all", {}, "dev"],
    ["a key, countries and a vendor", COMPLETE, "live"],
    ["a vendor without the rest: a stray variable sends nothing", TWILIO, "dev"],
    ["all but the countries", { ...COMPLETE, ALLOWED_COUNTRIES: "" }, "dev"],
    ["everything, but dev asked for", { ...COMPLETE, GATEWAY_MODE: "dev" }, "dev"],
    ["everything in production", { ...COMPLETE, NODE_ENV: "production" }, "live"],
    ["nothing in production, but dev asked for", { NODE_ENV: "production", GATEWAY_MODE: "dev" }, "dev"],
  ])("with %s means the right mode", (_, environment, mode) => {
    expect(configurationOf(loadConfiguration(environment)).mode).toBe(mode);
  });

  it.each<[sentence: string, environment: Record<string, string>, problem: RegExp]>([
    [
      "live without a vendor",
      { GATEWAY_MODE: "live", GATEWAY_API_KEY: "k", ALLOWED_COUNTRIES: "DE" },
      /a vendor: TWILIO_ACCOUNT_SID/,
    ],
    [
      "live with half a vendor",
      { ...COMPLETE, GATEWAY_MODE: "live", TWILIO_AUTH_TOKEN: "" },
      /live mode needs TWILIO_AUTH_TOKEN/,
    ],
    ["a lost configuration in production", { NODE_ENV: "production" }, /GATEWAY_MODE=dev/],
    ["an unknown mode", { GATEWAY_MODE: "prod" }, /GATEWAY_MODE is dev or live/],
    ["a secret's file that is gone", { GATEWAY_API_KEY_FILE: "/nowhere" }, /GATEWAY_API_KEY .*ENOENT/],
    ["a country that does not exist", { ...COMPLETE, ALLOWED_COUNTRIES: "DE,XX" }, /destinations\.countries\.1/],
    ["a port that is none", { PORT: "abc" }, /^PORT listen\.port: a port is a number/],
    ["a sender that is none", { ...COMPLETE, TWILIO_FROM: "?" }, /^TWILIO_FROM /],
    ["a country in lower case", { ...COMPLETE, ALLOWED_COUNTRIES: "de," }, /^ALLOWED_COUNTRIES .*write DE/],
    ["a listener's secret file that is gone", { INBOX_TOKEN_FILE: "/nowhere" }, /INBOX_TOKEN .*ENOENT/],
  ])("refuses %s", (_, environment, problem) => {
    expect(problemsOf(loadConfiguration(environment)).join("\n")).toMatch(problem);
  });

  it("chains all vendors that it finds, SNS last", () => {
    const environment = {
      ...COMPLETE,
      SNS_REGION: "eu-central-1",
      PLIVO_AUTH_ID: "MA1",
      PLIVO_AUTH_TOKEN: "t",
      PLIVO_FROM: "ACME",
    };
    expect(configurationOf(loadConfiguration(environment)).routes).toEqual([
      { name: "default", chain: ["twilio", "plivo", "sns"] },
    ]);
  });

  it("says what was found and what is missing", () => {
    expect(loadConfiguration({ ...TWILIO, GATEWAY_API_KEY: "k" })).toMatchObject({
      findings: {
        found: ["GATEWAY_API_KEY", ...Object.keys(TWILIO)],
        missing: [expect.stringContaining("ALLOWED_COUNTRIES")],
      },
    });
  });

  it("takes a messaging service for Twilio's sender", () => {
    const { providers } = configurationOf(loadConfiguration({ ...COMPLETE, TWILIO_FROM: "MG0123" }));
    expect(providers["twilio"]).toMatchObject({ sender: { default: { messagingServiceSid: "MG0123" } } });
  });
});
