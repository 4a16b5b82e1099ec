import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { freePorts } from "../helpers/free-ports.ts";
import { runCli } from "../helpers/run-cli.ts";
import { startFromYaml, type TestApp } from "../helpers/running-app.ts";
import { plivoDialect } from "../helpers/vendor-plivo.ts";
import { type Dialect, startVendor } from "../helpers/vendor-server.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

const TO = "+4915735990123";

const directory = mkdtempSync(join(tmpdir(), "cli-admin-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function vendor(dialect: Dialect, account: string) {
  const started = await startVendor(dialect, { [account]: "token" });
  onTestFinished(() => started.close());
  return started;
}

/** A live gateway of a Twilio and a Plivo double, and command lines that find it from its own configuration file. */
async function bench() {
  const [twilio, plivo] = [await vendor(twilioDialect, "AC0"), await vendor(plivoDialect, "MA0")];
  const [port, opsPort] = await freePorts(2);
  const file = join(directory, "gateway.yaml");
  const yaml = `
mode: live
listen: { host: 127.0.0.1, port: ${port} }
ops: { host: 127.0.0.1, port: ${opsPort} }
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
admin: { keys: [{ id: ops, secret: key-of-ops }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: token, sender: { default: { from: "+14155550101" } }, baseUrl: "${twilio.origin}" }
  plivo-main: { type: plivo, authId: MA0, authToken: token, sender: { default: { from: "+14155550101" } }, baseUrl: "${plivo.origin}" }
routes: [{ name: default, chain: [twilio-main, plivo-main] }]
destinations: { countries: [DE] }
`;
  writeFileSync(file, yaml);
  const rewrite = (text: string) => writeFileSync(file, text);
  const environment = { GATEWAY_CONFIG: file };
  const ports = { ...environment, PORT: String(port), OPS_PORT: String(opsPort) };
  const knowingThePort = (...argv: string[]) => runCli(argv, ports);
  const knowingAll = (...argv: string[]) =>
    runCli(argv, { ...ports, GATEWAY_API_KEY: "key-of-kratos", ADMIN_API_KEY: "key-of-ops" });
  const cli = (...argv: string[]) => runCli(argv, environment);
  return { app: await startFromYaml(yaml), yaml, rewrite, twilio, plivo, cli, knowingThePort, knowingAll };
}

async function post({ urls }: TestApp, code: string) {
  const body = JSON.stringify({ to: TO, body: `Your login code is: ${code}` });
  const headers = { "content-type": "application/json", "x-api-key": "key-of-kratos" };
  await fetch(`${urls.gateway}/courier/sms`, { method: "POST", headers, body });
}

describe("explain", () => {
  it("takes the running gateway's switches for true, as the message after it does", async () => {
    const { app, cli } = await bench();
    await cli("providers", "disable", "twilio-main");
    const one = await cli("explain", TO);
    expect(one.out).toMatch(/by +rules of .*gateway.yaml, providers as the gateway at http\S+ has them now/);
    expect(one.out).toMatch(
      /1\. twilio-main: from \+14155550101; switched off\n +2\. plivo-main: from \+14155550101\n/,
    );
    expect(one.out).toMatch(/outcome +tried along the chain/);

    await cli("providers", "disable", "plivo-main");
    expect((await cli("explain", TO)).out).toMatch(
      /outcome +failed: every provider that could send it is switched off/,
    );
    await post(app, "482913");
    expect((await cli("why", TO)).out).toContain("failed (");

    await cli("providers", "enable", "twilio-main");
    expect((await cli("explain", TO)).out).toMatch(/1\. twilio-main: from \+14155550101\n/);
  });

  it("says all that is wrong with a file, and whom to ask of the gateway that runs by an older one", async () => {
    const { yaml, rewrite, cli } = await bench();
    rewrite(`${yaml}lgo: {}\n`);
    const { code, out, err } = await cli("explain", TO);
    expect({ code, out }).toEqual({ code: 78, out: "" });
    expect(err).toMatch(/^gateway.yaml:\S+ lgo: .+\n.*`kratos-sms-gateway providers`/);
  });

  it("says who is not asked because the circuit is open, and whom the gateway does not know yet", async () => {
    const { app, yaml, rewrite, twilio, cli } = await bench();
    twilio.replyWith(twilioDialect.refused(401, 20003));
    await post(app, "482913");
    rewrite(yaml.replaceAll("plivo-main", "plivo-new"));
    expect((await cli("explain", TO)).out).toMatch(
      /twilio-main: from \S+; not asked for \d+ s, circuit open\n.*plivo-new: from \S+; the gateway does not know it/,
    );
  });
});

describe("why", () => {
  it("tells in sentences with times who refused a message and who took it", async () => {
    const { app, twilio, cli } = await bench();
    twilio.replyWith(twilioDialect.refused(401, 20003));
    await post(app, "482913");
    await post(app, "482913");
    const { code, out } = await cli("why", TO);
    expect(code).toBe(0);
    const time = String.raw`\d\d:\d\d:\d\d`;
    expect(out.split("\n").map((line) => line.replace(/msg_\w{24}/, "msg_"))).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d \(UTC\) {2}custom to \*{12}23 in DE, msg_$/),
      expect.stringMatching(`^  ${time}  it came and took route default$`),
      expect.stringMatching(String.raw`^  ${time}  twilio-main refused our credentials \(20003 .+\)$`),
      expect.stringMatching(`^  ${time}  plivo-main took it as [\\w-]+$`),
      expect.stringMatching(`^  ${time}  sent: the vendor has it; `),
      "            it came once more and was answered the same",
      "",
    ]);
  });

  it("tells of a provider that was not asked, and the newest message last", async () => {
    const { app, cli } = await bench();
    await post(app, "111111");
    await cli("providers", "disable", "twilio-main");
    await post(app, "222222");
    const { out } = await cli("why", TO);
    const [first = "", second = ""] = out.split("\n\n");
    expect(first).toContain("twilio-main took it");
    expect(second).toContain("twilio-main was not asked: switched off by the operator");
  });

  it("never repeats the number, and knows no code or text", async () => {
    const { app, cli } = await bench();
    await post(app, "482913");
    for (const number of [TO, "+49 1573 599-0123", "+4915735990124", "015735990123"]) {
      const { out, err } = await cli("why", number);
      expect(out + err).not.toMatch(/15735990|1573 599|482913|login code/);
    }
  });

  it("says what to look at when there was no message", async () => {
    const { cli } = await bench();
    expect(await cli("why", TO)).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("Kratos posted none"),
    });
  });

  it.each<[what: string, argv: string[], code: number, err: RegExp]>([
    ["what is no number", ["12345"], 2, /^to: /],
    ["a key that the gateway does not know", [TO, "--key", "sesame"], 1, /no such admin key/],
    ["a place where nothing listens", [TO, "--url", "http://127.0.0.1:9"], 1, /no gateway answers at http:/],
    ["what is no place", [TO, "--url", "here"], 1, /no gateway answers at here/],
  ])("says so of %s", async (_, argv, code, err) => {
    const { cli } = await bench();
    expect(await cli("why", ...argv)).toMatchObject({ code, out: "", err: expect.stringMatching(err) });
  });

  it("finds the gateway that runs when its file has gone wrong since, and says so", async () => {
    const { app, yaml, rewrite, cli, knowingThePort, knowingAll } = await bench();
    await post(app, "482913");
    rewrite(`${yaml}lgo: {}\n`);
    const note = "note: the configuration cannot be used as it is now: kratos-sms-gateway check\n";
    expect(await cli("why", TO)).toMatchObject({ code: 0, out: expect.stringContaining("took it as"), err: note });
    expect(await cli("ready")).toEqual({ code: 0, out: "ready\n", err: note });
    rewrite("mode: live\n  providers:\n");
    expect(await knowingThePort("ready")).toEqual({ code: 0, out: "ready\n", err: note });
    expect(await knowingThePort("why", TO)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^note: .+\n.+--(url|key)\n$/),
    });
    expect(await knowingAll("why", TO)).toMatchObject({ code: 0, err: note });
    expect((await cli("why", TO, "--url", app.urls.ops, "--key", "key-of-ops")).code).toBe(0);
  });

  it("gives the key of its configuration to no other place", async () => {
    const { app, cli } = await bench();
    const seen: (string | string[] | undefined)[] = [];
    const stranger = createServer((request, response) => {
      seen.push(request.headers["x-api-key"]);
      response.writeHead(307, { location: `${app.urls.ops}${request.url}` }).end();
    });
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void stranger.close());
    const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    expect(await cli("why", TO, "--url", url)).toMatchObject({ code: 1, err: "the gateway answered 307\n" });
    expect(seen).toEqual([undefined]);
  });
});

describe("providers", () => {
  it("shows which are asked, and switches one off and on again", async () => {
    const { app, twilio, plivo, cli } = await bench();
    expect(await cli("providers")).toEqual({
      code: 0,
      err: "",
      out: "twilio-main  asked, circuit closed, 0 under way\nplivo-main   asked, circuit closed, 0 under way\n",
    });
    expect(await cli("providers", "disable", "twilio-main")).toMatchObject({
      out: expect.stringContaining("twilio-main  switched off"),
      err: "it stays switched off until: kratos-sms-gateway providers enable twilio-main\n",
    });
    await post(app, "111111");
    expect((await cli("providers", "enable", "twilio-main")).out).toContain("twilio-main  asked");
    await post(app, "222222");
    expect([plivo, twilio].map(({ accepted }) => accepted.length)).toEqual([1, 1]);
  });

  it("warns when nobody is left to ask", async () => {
    const { cli } = await bench();
    await cli("providers", "disable", "twilio-main");
    expect((await cli("providers", "disable", "plivo-main")).err).toMatch(/^warning: nobody is left to ask/);
  });

  it("shows for how long one that failed is not asked", async () => {
    const { app, twilio, cli } = await bench();
    twilio.replyWith(twilioDialect.refused(401, 20003));
    await post(app, "482913");
    expect((await cli("providers")).out).toMatch(/^twilio-main {2}not asked for \d+ s, circuit open/);
  });

  it.each<[what: string, argv: string[], code: number, err: RegExp]>([
    ["a name that is none", ["disable", "twilio"], 1, /no such provider; there are twilio-main, plivo-main/],
    ["no name", ["disable"], 2, /^usage/],
    ["another deed", ["remove", "twilio-main"], 2, /^usage/],
  ])("says so of %s", async (_, argv, code, err) => {
    const { cli } = await bench();
    expect(await cli("providers", ...argv)).toMatchObject({ code, out: "", err: expect.stringMatching(err) });
  });
});

describe("reload", () => {
  it("changes the key with which it asks", async () => {
    const { app, yaml, rewrite, cli } = await bench();
    const OLD = "{ id: ops, secret: key-of-ops }";
    const both = yaml.replace(OLD, `{ id: next, secret: next-key }, ${OLD}`);
    app.rewrite(both);
    rewrite(both);
    expect(await cli("reload")).toEqual({
      code: 0,
      out: "the configuration was read anew and is in force\n",
      err: "",
    });
    expect((await cli("providers", "--key", "next-key")).code).toBe(0);
  });

  it("says all that is wrong, and that nothing changed", async () => {
    const { app, yaml, cli } = await bench();
    app.rewrite(`${yaml}lgo: {}\nruotes: []\n`);
    const { code, out, err } = await cli("reload");
    expect({ code, out }).toEqual({ code: 78, out: "" });
    expect(err).toMatch(/lgo: .+\n[\s\S]*ruotes: .+\n[\s\S]*the last good configuration stays in force\n$/);
    expect((await cli("providers")).code).toBe(0);
  });
});

describe("send", () => {
  const NOTE = "note: the configuration cannot be used as it is now: kratos-sms-gateway check\n";

  it("goes through the gateway that runs when its file has gone wrong since, and says so", async () => {
    const { yaml, rewrite, twilio, cli, knowingThePort, knowingAll } = await bench();
    rewrite(`${yaml}lgo: {}\n`);
    expect(await cli("send", TO, "Your login code is: 111111")).toMatchObject({ code: 0, err: NOTE });
    rewrite("mode: live\n  providers:\n");
    expect(await knowingAll("send", TO, "Your login code is: 222222")).toMatchObject({ code: 0, err: NOTE });
    expect(twilio.accepted.map(({ text }) => text.slice(-6))).toEqual(["111111", "222222"]);
    expect((await knowingThePort("send", TO, "Your login code is: 333333")).err).toMatch(/^note: .+\nunauthorized: /);
  });

  it("uses no account of a file that is wrong", async () => {
    const { yaml, rewrite, twilio, cli } = await bench();
    rewrite(`${yaml}lgo: {}\n`);
    const { code, err } = await cli("send", TO, "Hello", "--via", "twilio-main");
    expect({ code, err }).toEqual({ code: 78, err: expect.stringContaining("lgo") });
    expect(twilio.requests).toEqual([]);
  });
});
