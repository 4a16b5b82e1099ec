import { AsyncLocalStorage } from "node:async_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { FREE_LISTENERS as LISTEN, startFromYaml, type TestApp } from "./helpers/running-app.ts";
import { plivoDialect } from "./helpers/vendor-plivo.ts";
import { type Dialect, startVendor, type Vendor } from "./helpers/vendor-server.ts";
import { twilioDialect } from "./helpers/vendor-twilio.ts";

const NUMBER = "+4915735990123";

async function vendor(dialect: Dialect, accounts: Record<string, string>): Promise<Vendor> {
  const started = await startVendor(dialect, accounts);
  onTestFinished(() => started.close());
  return started;
}

/** What of the file a test changes. */
interface Changes {
  chain?: string;
  token?: string;
  sender?: string;
  rest?: string;
  plivo?: boolean;
}

/** A live gateway whose file can change, between two vendors. */
async function live() {
  const vendors = {
    twilio: await vendor(twilioDialect, { AC0: "token-twilio" }),
    plivo: await vendor(plivoDialect, { MA0: "token-plivo" }),
  };
  const yaml = ({ chain = "twilio-main", token = "token-twilio", sender, rest = "", plivo = true }: Changes = {}) => `
mode: live
${LISTEN}
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
admin: { keys: [{ id: ops, secret: key-of-ops }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: ${token}, sender: { default: { from: "${sender ?? "+14155550101"}" } }, baseUrl: "${vendors.twilio.origin}" }
${plivo ? `  plivo-main: { type: plivo, authId: MA0, authToken: token-plivo, sender: { default: { from: "+14155550102" } }, baseUrl: "${vendors.plivo.origin}" }` : ""}
routes: [{ name: default, chain: [${chain}] }]
destinations: { countries: [DE] }
${rest}`;
  const app = await startFromYaml(yaml());
  const change = async (changes: Changes | string) => {
    app.rewrite(typeof changes === "string" ? changes : yaml(changes));
    return app.reload("file");
  };
  return { app, vendors, yaml, change };
}

function post(app: TestApp, code: string, to = NUMBER, key = "key-of-kratos"): Promise<Response> {
  const body = { recipient: to, body: `Your login code is: ${code}\n`, template_type: "login_code_valid" };
  return fetch(`${app.urls.gateway}/courier/sms`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify({ ...body, template_data: { login_code: code } }),
  });
}

function admin(app: TestApp, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${app.urls.ops}/admin${path}`, { ...init, headers: { "x-api-key": "key-of-ops" } });
}

async function metric(app: TestApp, name: string): Promise<string[]> {
  const text = await (await fetch(`${app.urls.ops}/metrics`)).text();
  return text.split("\n").filter((line) => line.startsWith(name));
}

describe("a reload under load", () => {
  it("fails no request and sends nothing twice: 500 messages across 20 reloads, every third of a broken file", async () => {
    const { app, vendors, change } = await live();
    // Slow enough that every move finds messages under way.
    for (const [made, dialect] of [
      [vendors.twilio, twilioDialect],
      [vendors.plivo, plivoDialect],
    ] as const) {
      const { status, headers, body } = dialect.accepted("id-1");
      made.replyWith((response) => void setTimeout(() => response.writeHead(status, headers).end(body), 20));
    }
    const statuses: number[] = [];
    const results: boolean[] = [];
    const underWay: number[] = [];
    let [next, running] = [0, 0];
    const kratos = async () => {
      while (next < 500) {
        const index = next++;
        const ask = () => post(app, String(100_000 + index), `+49151${String(10_000_000 + index * 1_009)}`);
        running += 1;
        // Kratos asks again, beside the first request and after it: perhaps in another house.
        const answers = await Promise.all(index % 4 === 0 ? [ask(), ask()] : [ask()]);
        running -= 1;
        if (index % 4 === 0) answers.push(await ask());
        statuses.push(...answers.map(({ status }) => status));
      }
    };
    const operator = async () => {
      for (let round = 0; round < 20; round++) {
        while (next < round * 25) await new Promise((resolve) => setImmediate(resolve));
        const sender = `+1415555${1_000 + round}`;
        const chain = round % 2 === 0 ? "plivo-main, twilio-main" : "twilio-main, plivo-main";
        const problems = await change(round % 3 === 2 ? `mode: live\nlgo: ${round}\n` : { chain, sender });
        results.push(problems.length === 0);
        underWay.push(running);
      }
    };
    await Promise.all([...Array.from({ length: 8 }, kratos), operator()]);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(statuses).toHaveLength(500 + 2 * 125);
    expect(underWay.filter((count) => count > 0).length).toBeGreaterThan(15);
    expect(results.filter(Boolean)).toHaveLength(14);
    const texts = [
      ...vendors.twilio.requests.map((request) => twilioDialect.read(request).text.trim()),
      ...vendors.plivo.requests.map((request) => plivoDialect.read(request).text.trim()),
    ];
    expect(texts).toHaveLength(500);
    expect(new Set(texts).size).toBe(500);
    for (const { requests } of Object.values(vendors)) expect(requests.length).toBeGreaterThan(50);
    expect(await metric(app, "sms_reloads_total{")).toEqual([
      'sms_reloads_total{result="applied"} 14',
      'sms_reloads_total{result="refused"} 6',
    ]);
  }, 60_000);

  it("lets a message end in the configuration that it came under, though its provider has left", async () => {
    const { app, vendors, change } = await live();
    let release = () => {};
    vendors.twilio.replyWith((response) => {
      const { status, headers, body } = twilioDialect.accepted("SM1");
      release = () => response.writeHead(status, headers).end(body);
    });
    expect(await metric(app, "sms_breaker_state{")).toHaveLength(2);
    const underWay = post(app, "482913");
    while (vendors.twilio.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const withoutTwilio = (await live()).yaml({ chain: "plivo-main" }).replace(/^ {2}twilio-main.*\n/m, "");
    expect(await change(withoutTwilio.replace(/baseUrl: "[^"]*"/, `baseUrl: "${vendors.plivo.origin}"`))).toEqual([]);
    expect((await post(app, "482914", "+4915735990124")).headers.get("x-outcome")).toBe("sent");
    expect(vendors.plivo.accepted.map(({ text }) => text)).toEqual(["Your login code is: 482914"]);
    release();
    expect((await underWay).headers.get("x-outcome")).toBe("sent");
    expect(await metric(app, "sms_breaker_state{")).toEqual(['sms_breaker_state{provider="plivo-main"} 0']);
  });
});

describe("a reload", () => {
  it("keeps what was sent, switched off, counted and learnt of a vendor", async () => {
    const { app, vendors, change } = await live();
    await admin(app, "/providers/plivo-main/disable", { method: "POST" });
    expect((await post(app, "482913")).headers.get("x-outcome")).toBe("sent");
    vendors.twilio.replyWith(twilioDialect.refused(401));
    expect((await post(app, "482914")).status).toBe(503);
    expect(await change({ sender: "+14155550999", chain: "twilio-main, plivo-main" })).toEqual([]);
    expect((await post(app, "482913")).headers.get("x-outcome")).toBe("duplicate");
    const { providers } = (await (await admin(app, "/providers")).json()) as { providers: unknown[] };
    expect(providers).toMatchObject([
      { name: "twilio-main", enabled: true, breaker: "open" },
      { name: "plivo-main", enabled: false, breaker: "closed" },
    ]);
    expect(await metric(app, "sms_attempts_total{")).toEqual([
      'sms_attempts_total{provider="twilio-main",kind="sent"} 1',
      'sms_attempts_total{provider="twilio-main",kind="unauthorized"} 1',
    ]);
  });

  const CORRECTED: [what: string, wrong: (yaml: string) => string][] = [
    ["its secret", (yaml) => yaml.replace("token-twilio", "token-of-yesterday")],
    ["its name", (yaml) => yaml.replace("AC0", "AC1")],
    ["its endpoint", (yaml) => yaml.replace(/baseUrl: "[^"]*"/, 'baseUrl: "http://127.0.0.1:1"')],
  ];

  it.each(CORRECTED)("asks a vendor at once for which %s was corrected, and no other one sooner", async (_, wrong) => {
    const { app, vendors, yaml, change } = await live();
    const good = yaml({ chain: "twilio-main, plivo-main" });
    expect(await change(wrong(good))).toEqual([]);
    vendors.plivo.replyWith(plivoDialect.refused(401));
    for (const code of ["482910", "482911", "482912", "482913"]) await post(app, code);
    const breakers = 'sms_breaker_state{provider="';
    expect(await metric(app, breakers)).toEqual([`${breakers}twilio-main"} 2`, `${breakers}plivo-main"} 2`]);
    expect(await change(good)).toEqual([]);
    expect(await metric(app, breakers)).toEqual([`${breakers}twilio-main"} 0`, `${breakers}plivo-main"} 2`]);
    expect((await post(app, "482914", "+4915735990124")).headers.get("x-outcome")).toBe("sent");
    expect(vendors.twilio.accepted.map(({ text }) => text)).toEqual(["Your login code is: 482914"]);
    const lines = app.log().split("\n");
    expect(lines.filter((line) => line.includes("circuit breaker of twilio-main is closed"))).toHaveLength(1);
  });

  it("brings new keys, limits, destinations and log level into force", async () => {
    const { app, change, yaml } = await live();
    const changed = yaml({ rest: "limits: { perNumber: { max: 1, per: 1h } }\nlog: { level: error }\n" })
      .replace("key-of-kratos", "new-key-of-kratos")
      .replace("key-of-ops", "new-key-of-ops")
      .replace("countries: [DE]", "countries: [US]");
    expect(await change(changed)).toEqual([]);
    expect((await post(app, "482913")).status).toBe(401);
    expect((await admin(app, "/providers")).status).toBe(401);
    expect(await change(changed.replace("new-key-of-kratos", "key-of-kratos"))).toEqual([]);
    expect((await post(app, "482914")).headers.get("x-outcome")).toBe("rejected");
    const lines = app.log().length;
    await change(changed.replace("new-key-of-kratos", "key-of-kratos").replace("level: error", "level: silent"));
    await change(`mode: live\n`);
    expect(app.log()).toHaveLength(lines);
  });

  it("takes two keys at a time, and counts which are used", async () => {
    const { app, yaml, change } = await live();
    const [OLD, NEW] = ["{ id: kratos, secret: key-of-kratos }", "{ id: next, secret: next-key }"];
    expect((await post(app, "482913")).status).toBe(200);
    expect(await change(yaml().replace(OLD, `${NEW}, ${OLD}`))).toEqual([]);
    for (const key of ["next-key", "next-key", "key-of-kratos"])
      expect((await post(app, "482913", NUMBER, key)).status).toBe(200);
    expect(await metric(app, "sms_key_uses_total{")).toEqual([
      'sms_key_uses_total{key="kratos"} 2',
      'sms_key_uses_total{key="next"} 2',
    ]);
    expect(await change(yaml().replace(OLD, NEW))).toEqual([]);
    expect((await post(app, "482913")).status).toBe(401);
    expect((await post(app, "482913", NUMBER, "next-key")).status).toBe(200);
  });

  it("keeps in dev mode what the inbox holds, and shows the new keys", async () => {
    const app = await startFromYaml(`mode: dev\n${LISTEN}`);
    await post(app, "482913");
    app.rewrite(`mode: dev\n${LISTEN}auth: { keys: [{ id: kratos, secret: key-of-kratos }] }\n`);
    expect(await app.reload("call")).toEqual([]);
    await post(app, "482914");
    const { messages } = (await (await fetch(`${app.urls.inbox}/api/messages`)).json()) as { messages: unknown[] };
    expect(messages).toMatchObject([{ code: "482914" }, { code: "482913" }]);
    expect(await (await fetch(`${app.urls.inbox}/api/status`)).json()).toMatchObject({ needsKey: true });
  });

  const UNCHANGEABLE: [key: string, change: (yaml: string) => string][] = [
    ["mode", (yaml) => yaml.replace("mode: live", "mode: dev")],
    ["secret", (yaml) => `${yaml}secret: another-secret\n`],
    ["listen", (yaml) => yaml.replace("listen: { host: 127.0.0.1, port: 0 }", "listen: { port: 0 }")],
    ["ops", (yaml) => yaml.replace("ops: { host: 127.0.0.1, port: 0 }", "ops: { host: 127.0.0.1, port: 1 }")],
    ["inbox", (yaml) => yaml.replace("inbox: { port: 0 }", "inbox: { port: 0, besideLive: true }")],
    ["store", (yaml) => `${yaml}secret: s\nstore: { type: redis, url: "redis://127.0.0.1:1" }\n`],
  ];

  it.each(UNCHANGEABLE)("that changes %s is refused whole, by the key's name", async (key, changed) => {
    const { app, change, yaml } = await live();
    const problems = await change(changed(yaml({ rest: "limits: { perNumber: { max: 1, per: 1h } }\n" })));
    expect(problems).toContain(`gateway.yaml ${key}: has changed, which takes a restart`);
    for (const code of ["482913", "482914"]) expect((await post(app, code)).headers.get("x-outcome")).toBe("sent");
  });

  it("of a wrong file says every problem, in the answer and in one line of the log, and changes nothing", async () => {
    const { app, yaml } = await live();
    app.rewrite(`${yaml({ token: "token-new", chain: "nobody" })}lgo: {}\n`);
    const answer = await admin(app, "/reload", { method: "POST" });
    expect(answer.status).toBe(422);
    const { problems } = (await answer.json()) as { problems: string[] };
    expect(problems).toEqual([
      expect.stringMatching(/^gateway\.yaml:\d+:1 lgo: unknown key; did you mean log\?$/),
      expect.stringMatching(/^gateway\.yaml:\d+:\d+ routes\.0\.chain\.0: there is no provider nobody/),
    ]);
    const lines = app
      .log()
      .split("\n")
      .filter((line) => line.includes("last good one"));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: "error", by: "call", problems }]);
    expect(app.log()).not.toContain("token-new");
    expect((await post(app, "482913")).headers.get("x-outcome")).toBe("sent");
    app.rewrite(yaml());
    expect((await admin(app, "/reload", { method: "POST" })).status).toBe(200);
  });

  it("says in /metrics that an older one is in force, until one is taken again", async () => {
    const { app, change } = await live();
    const inForce = () => metric(app, "sms_last_reload_successful");
    expect(await inForce()).toEqual(["sms_last_reload_successful 1"]);
    await change("mode: live\nlgo: 1\n");
    expect(await inForce()).toEqual(["sms_last_reload_successful 0"]);
    await change({});
    expect(await inForce()).toEqual(["sms_last_reload_successful 1"]);
  });

  it("with an account that cannot be made is refused, and the others stay as they are", async () => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { app, change, yaml } = await live();
    const withSns = yaml({ sender: "+14155550999" }).replace(
      "providers:",
      "providers:\n  sns-eu: { type: sns, region: eu-central-1 }",
    );
    expect(await change(withSns)).toEqual([expect.stringMatching(/^provider sns-eu: sns-eu: AWS gave no credentials/)]);
    expect((await post(app, "482913")).headers.get("x-outcome")).toBe("sent");
    expect(await metric(app, "sms_breaker_state{")).toHaveLength(2);
  });

  it("needs an admin key when it is called", async () => {
    const { app } = await live();
    expect((await fetch(`${app.urls.ops}/admin/reload`, { method: "POST" })).status).toBe(401);
  });
});

describe("two hundred reloads", () => {
  it("leave no storage of an account behind, which would make every later promise dearer on Node 20", async () => {
    const alive = new Set<unknown>();
    const { run, disable } = AsyncLocalStorage.prototype;
    vi.spyOn(AsyncLocalStorage.prototype, "run").mockImplementation(function (this: never, ...args: never) {
      alive.add(this);
      return (run as never as (...args: never) => unknown).apply(this, args);
    } as never);
    vi.spyOn(AsyncLocalStorage.prototype, "disable").mockImplementation(function (this: never) {
      alive.delete(this);
      return disable.call(this);
    } as never);
    const { app, vendors, change } = await live();
    for (let round = 0; round < 200; round++) {
      expect(await change({ sender: `+1415555${1_000 + round}` })).toEqual([]);
      expect((await post(app, String(100_000 + round), `+49151${10_000_000 + round}`)).status).toBe(200);
    }
    expect(vendors.twilio.accepted.map(({ sender }) => sender).at(-1)).toBe("+14155551199");
    expect(alive.size).toBeLessThanOrEqual(2);
  }, 60_000);

  it("hold no memory: what is in force is all there is", async () => {
    const { change } = await live();
    const reloadOften = async (times: number) => {
      for (let round = 0; round < times; round++) await change({ sender: `+1415555${1_000 + round}` });
      return heapAfterCollection();
    };
    const first = await reloadOften(50);
    const later = await reloadOften(200);
    expect((later - first) / 200).toBeLessThan(10_000);
  }, 60_000);
});

/** Works in a process that was started without the flag, too. */
const collectGarbage = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

function heapAfterCollection(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
