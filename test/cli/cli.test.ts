import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { runCli } from "../helpers/run-cli.ts";
import { FREE_LISTENERS, startFromYaml } from "../helpers/running-app.ts";

const directory = mkdtempSync(join(tmpdir(), "cli-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const LIVE = `
mode: live
ops: { port: 1 } # where no gateway ever answers
auth: { keys: [{ id: kratos, secret: a-key }] }
providers:
  plivo-main: { type: plivo, authId: MAXXX, authToken: hunter2, sender: { default: { from: "+14155550101" } } }
  twilio-gb: { type: twilio, accountSid: AC0, authToken: hunter3, sender: { GB: { from: ACME } } }
routes:
  - { name: india, match: { country: [IN] }, chain: [plivo-main] }
  - { name: default, chain: [twilio-gb, plivo-main] }
destinations: { countries: [DE, IN] }
`;

async function cli(argv: string[], yaml = LIVE) {
  const file = join(directory, "gateway.yaml");
  writeFileSync(file, yaml);
  return runCli(argv, { GATEWAY_CONFIG: file });
}

describe("check", () => {
  it("says that all is well and exits 0", async () => {
    expect(await cli(["check"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("live mode, 2 providers, 2 routes; no errors"),
    });
  });

  it("says who shares a place, and how", async () => {
    const yaml = LIVE.replace("[twilio-gb, plivo-main]", "[{ plivo-main: 1, twilio-gb: 7 }]");
    expect((await cli(["check"], yaml)).out).toContain("\nroute default: twilio-gb 87.5 % · plivo-main 12.5 %\n");
  });

  it("prints every problem with its line and exits 78", async () => {
    const { code, err } = await cli(["check"], `${LIVE}lgo: {}\nlisten: { port: x }\n`);
    expect(code).toBe(78);
    expect(err).toMatch(/error: gateway\.yaml:12:1 lgo: unknown key; did you mean log\?/);
    expect(err).toMatch(/error: gateway\.yaml:13:11 listen\.port/);
  });
});

describe("explain", () => {
  it("shows the decision of the router with its reasons", async () => {
    const { code, out } = await cli(["explain", "+49 1573 5990123"]);
    expect(code).toBe(0);
    expect(out).toMatch(/number +\+4915735990123, DE, mobile/);
    expect(out).toMatch(/routes +india: country DE is not in IN\n +default: matches/);
    expect(out).toMatch(/1\. twilio-gb: skipped, .*\n +2\. plivo-main: from \+14155550101/);
    expect(out).toMatch(/outcome +tried along the chain/);
    expect(out).toMatch(/by +\S+gateway.yaml alone, .*: no gateway answers at http:\/\/127.0.0.1:1;/);
  });

  it("fails when the gateway that was named does not answer", async () => {
    expect(await cli(["explain", "+4915735990123", "--url", "http://127.0.0.1:1"])).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("no gateway answers"),
    });
  });

  it.each<[number: string, countries: string, outcome: string]>([
    ["+15005551503", "[DE]", "as this magic number says in dev mode: every request is answered 503"],
    ["+15005550001", "[US]", "as this magic number says in dev mode: the vendor says that no such number exists"],
    ["+15005550001", "[DE]", "rejected: country US is not in destinations.countries"],
    ["+15005559999", "[US]", "captured by the inbox: dev mode sends nothing"],
  ])("in dev mode says what %s does where %s are allowed, which is what then happens", async (to, countries, says) => {
    const app = await startFromYaml(`mode: dev\n${FREE_LISTENERS}destinations: { countries: ${countries} }`);
    const yaml = `mode: dev\ndestinations: { countries: ${countries} }`;
    const { out } = await cli(["explain", to, "--url", app.urls.ops], yaml);
    expect(out).toContain(`outcome      ${says}\n`);
    const sent = await cli(["send", to, "Your login code is: 482913", "--url", app.urls.gateway], yaml);
    expect(sent.code).toBe(says.startsWith("captured") ? 0 : 1);
  });

  it("takes no number for magic in live mode", async () => {
    const yaml = LIVE.replace("[DE, IN]", "[US]");
    expect((await cli(["explain", "+15005551503"], yaml)).out).toMatch(/outcome +tried along the chain/);
  });

  it.each<[number: string, outcome: RegExp]>([
    ["+33612345678", /destination +country FR is not in destinations\.countries[\s\S]*outcome +rejected/],
    ["12345", /outcome +rejected/],
  ])("says why %s is rejected", async (number, outcome) => {
    expect((await cli(["explain", number])).out).toMatch(outcome);
  });

  it("says rejected when no account of the chain can send there, as would happen", async () => {
    const yaml = LIVE.replace("chain: [twilio-gb, plivo-main]", "chain: [twilio-gb]");
    expect((await cli(["explain", "+4915735990123"], yaml)).out).toMatch(/outcome +rejected: no provider of the chain/);
  });

  it("shows a shared place in this number's order, with the shares", async () => {
    const yaml = `${LIVE.replace("[twilio-gb, plivo-main]", "[{ twilio-gb: 0, plivo-main: 9 }]")}secret: a-secret\n`;
    expect((await cli(["explain", "+4915735990123"], yaml)).out).toMatch(
      /1\. plivo-main: from \+14155550101 \(first for 100 % of the numbers\)\n +2\. twilio-gb: skipped, .* \(first for 0 %/,
    );
  });

  it("takes the template into account", async () => {
    const yaml = LIVE.replace("country: [IN]", "template: [recovery_code_valid]");
    expect((await cli(["explain", "+4915735990123", "--template", "recovery_code_valid"], yaml)).out).toMatch(
      /india: matches/,
    );
  });
});

describe("what Kratos needs", () => {
  it("is a Jsonnet, plain or as the one line that Kratos takes", async () => {
    const { out: source } = await cli(["jsonnet"]);
    const { out: line } = await cli(["jsonnet", "--base64"]);
    expect(source).toContain("function(ctx)");
    expect(line).toBe(`base64://${Buffer.from(source).toString("base64")}\n`);
  });

  it.each<[argv: string[], url: string]>([
    [["kratos-config"], "http://127.0.0.1:8080/courier/sms"],
    [["kratos-config", "--docker"], "http://host.docker.internal:8080/courier/sms"],
  ])("is a block with the right URL, and a place for the key, by %s", async (argv, url) => {
    const { out } = await cli(argv);
    expect(parse(out).courier.channels[0]).toMatchObject({
      id: "sms",
      type: "http",
      request_config: { url, method: "POST", auth: { config: { name: "X-API-Key" } } },
    });
  });
});

describe("send", () => {
  it("posts to the running gateway with the configured key", async () => {
    const requests: unknown[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      requests.push([request.url, request.headers["x-api-key"], JSON.parse(body)]);
      response.writeHead(200, { "x-outcome": "sent" }).end('{"outcome":"sent"}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await cli(["send", "+4915735990123", "Hello", "--url", url])).toMatchObject({
      code: 0,
      out: '200 {"outcome":"sent"}\n',
    });
    expect(requests).toEqual([["/courier/sms", "a-key", { to: "+4915735990123", body: "Hello" }]]);
  });

  it.each<[sentence: string, to: string, argv: string[], out: string, err: RegExp]>([
    [
      "a number is none, though Kratos would be told 200",
      "12",
      [],
      '200 {"outcome":"rejected"',
      /^rejected: the number has no \+ and country code\n/,
    ],
    [
      "the configuration lets nothing go there, and how to see that rule by rule",
      "+33612345678",
      [],
      '200 {"outcome":"rejected"',
      /^rejected: country FR is not in destinations\.countries\n.*`kratos-sms-gateway explain <number>`.*why <number>`/,
    ],
    [
      "the vendor refuses it",
      "+15005550001",
      [],
      '200 {"outcome":"rejected"',
      /^rejected: invalid-recipient\n.*`kratos-sms-gateway why <number>`/,
    ],
    ["every request fails", "+15005551500", [], "500 ", /^failed: every request is answered 500\n.*why <number>`/],
    ["the key is another one", "+4915735990123", ["--key", "another"], "401 ", /^unauthorized: .*\n.*--key/],
  ])("exits 1 and says so when %s", async (_, to, argv, out, err) => {
    const { urls } = await startFromYaml(`
mode: dev
${FREE_LISTENERS}
auth: { keys: [{ id: kratos, secret: a-key }] }
destinations: { countries: [DE, US] }
`);
    const printed = await cli(["send", to, "Hello", "--url", urls.gateway, ...argv]);
    expect([printed.code, printed.out.startsWith(out)]).toEqual([1, true]);
    expect(printed.err).toMatch(err);
  });

  it("says what answers when that is no gateway", async () => {
    const server = createServer((_, response) => response.writeHead(200).end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, err } = await cli(["send", "+4915735990123", "Hello", "--url", url]);
    expect([code, err]).toEqual([1, expect.stringMatching(/^what answers there is no gateway of ours/)]);
  });

  it.each<[sentence: string, argv: string[], yaml: string, err: RegExp]>([
    [
      "an account that does not exist",
      ["--via", "nobody"],
      LIVE,
      /there is no provider nobody; there are plivo-main, twilio-gb/,
    ],
    ["an account that cannot send there", ["--via", "twilio-gb"], LIVE, /DE/],
    [
      "dev mode, which sends nothing",
      ["--via", "plivo-main"],
      LIVE.replace("mode: live", "mode: dev"),
      /dev mode sends nothing/,
    ],
  ])("refuses %s", async (_, argv, yaml, err) => {
    const { code, err: printed } = await cli(["send", "+4915735990123", "Hello", ...argv], yaml);
    expect(code).toBe(2);
    expect(printed).toMatch(err);
  });
});

describe("segments", () => {
  it.each<[text: string, lines: string[]]>([
    ["Your code is 482913", ["1 segment GSM-7", "units: 19 used, 141 left, 160 per segment"]],
    ["x".repeat(161), ["2 segments GSM-7", "units: 161 used, 145 left, 153 per segment"]],
    [
      `“${"x".repeat(70)}\u200b`,
      [
        "2 segments UCS-2",
        "units: 72 used, 62 left, 67 per segment",
        'not in GSM-7: “ U+201C; write "',
        "not in GSM-7: U+200B; leave it out",
        "with the replacements: 1 segment GSM-7, units: 71",
      ],
    ],
    ["ç", ["1 segment UCS-2", "units: 1 used, 69 left, 70 per segment", "not in GSM-7: ç U+00E7"]],
    [
      "x".repeat(1_601),
      [
        "11 segments GSM-7",
        "units: 1600 used, 83 left, 153 per segment",
        "only the first 1600 characters are counted: no vendor takes more",
      ],
    ],
  ])("counts %j and says why", async (text, lines) => {
    expect(await cli(["segments", text])).toMatchObject({ code: 0, out: `${lines.join("\n")}\n` });
  });
});

describe("the command line", () => {
  it.each<[sentence: string, argv: string[], err: RegExp]>([
    ["a command that does not exist", ["chekc"], /there is no command chekc; did you mean check\?/],
    ["a word too few", ["explain"], /a word is missing: it takes 1\nusage: kratos-sms-gateway explain <number>/],
    ["a word too many", ["check", "x"], /a word too many: it takes none\nusage: kratos-sms-gateway check\n$/],
    ["an unknown flag", ["check", "--all"], /there is no flag --all\nusage: kratos-sms-gateway check\n$/],
    ["a misspelled flag", ["explain", "1", "--tempalte", "x"], /no flag --tempalte; did you mean --template\?/],
    ["a misspelled flag with its value", ["send", "1", "x", "--vai=y"], /no flag --vai; did you mean --via\?/],
    ["a short flag, which nobody could have meant", ["explain", "1", "-x"], /no flag -x\n/],
    ["a misspelled flag without a command", ["--verison"], /no flag --verison; did you mean --version\?/],
    ["a flag without its value", ["explain", "1", "--template"], /--template <value>' argument missing\nusage/],
    ["a name that every object has", ["toString"], /there is no command toString; see kratos-sms-gateway help/],
  ])("answers %s with usage and exit 2", async (_, argv, err) => {
    const { code, err: printed } = await cli(argv);
    expect(code).toBe(2);
    expect(printed).toMatch(err);
  });

  it("helps with one command, wherever help is asked for", async () => {
    for (const argv of [
      ["help", "send"],
      ["send", "--help"],
    ]) {
      expect(await cli(argv)).toMatchObject({ code: 0, out: expect.stringContaining("--via <provider>") });
    }
  });

  it("says its version", async () => {
    expect((await cli(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("prints the block also while the configuration is not finished", async () => {
    const { code, out, err } = await cli(["kratos-config"], "mode: live");
    expect([code, parse(out).courier.channels[0].id]).toEqual([0, "sms"]);
    expect(err).toContain("assumes port 8080");
  });

  it("lists its commands", async () => {
    const { code, out } = await cli(["help"]);
    expect(code).toBe(0);
    for (const name of ["serve", "check", "explain", "jsonnet", "kratos-config", "send", "segments", "ready"])
      expect(out).toContain(name);
  });

  it("says when nothing answers, and exits 1", async () => {
    expect(await cli(["ready", "--url", "http://127.0.0.1:9"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("nothing answers"),
    });
  });
});
