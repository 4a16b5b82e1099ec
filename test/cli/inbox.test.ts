import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Secret } from "../../src/values/secret.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { poll } from "../helpers/program.ts";
import { startCli } from "../helpers/run-cli.ts";
import { capture } from "../inbox/events.ts";
import { type ServedInbox, serveInbox } from "../inbox/serving.ts";

const TO = "+12025550143";

const directory = mkdtempSync(join(tmpdir(), "cli-inbox-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let port = 0;
let served: ServedInbox;
const open = () => serveInbox({ token: new Secret("open-sesame") }, {}, port);
beforeAll(async () => {
  [port = 0] = await freePorts(1);
  served = await open();
});
afterAll(() => served.close());
beforeEach(() => void served.mailbox.remove({}));

/** Runs a command line with a configuration that names the inbox and its token. */
function start(
  argv: string[],
  yaml = `mode: dev\ninbox: { port: ${port}, token: open-sesame }\n`,
  variables: Record<string, string> = {},
) {
  const file = join(directory, "gateway.yaml");
  writeFileSync(file, yaml);
  return startCli(argv, { GATEWAY_CONFIG: file, ...variables });
}

async function cli(argv: string[], yaml?: string, variables?: Record<string, string>) {
  const { ended, printed } = start(argv, yaml, variables);
  return { code: await ended, ...printed };
}

describe("wait", () => {
  it("finds the inbox by the configuration and prints the code alone", async () => {
    const waiting = cli(["wait", "--to", "+1 202 555 0143"]);
    await poll("the wait", 5_000, async () => served.mailbox.waits().length === 1 || undefined);
    capture(served.mailbox.tell, { to: TO, code: "482913" });
    expect(await waiting).toEqual({ code: 0, out: "482913\n", err: "" });
  });

  it("exits 3 when no code comes, and says on stderr what the inbox saw", async () => {
    expect(await cli(["wait", "--to", TO, "--timeout", "0"])).toEqual({
      code: 3,
      out: "",
      err: expect.stringMatching(/^no code for this number within 0 s: the inbox saw no message at all/),
    });
  });

  it("takes the cursor, the template and --consume", async () => {
    const since = String(served.mailbox.cursor());
    for (const code of ["111111", "222222"]) capture(served.mailbox.tell, { to: TO, code });
    capture(served.mailbox.tell, { to: TO, code: "333333", template: "recovery_code_valid" });
    const wait = ["wait", "--to", TO, "--timeout", "500ms", "--since", since];
    expect((await cli([...wait, "--template", "recovery_code_valid"])).out).toBe("333333\n");
    expect((await cli([...wait, "--consume"])).out).toBe("111111\n");
    expect((await cli(wait)).out).toBe("222222\n");
  });

  it.each<[sentence: string, argv: string[], err: RegExp]>([
    ["no number", [], /whose code\? name it with --to/],
    ["what is no number", ["--to", "12"], /to: the number has no \+ and country code/],
    ["what is no time", ["--to", TO, "--timeout", "soon"], /--timeout takes seconds/],
    ["what is no cursor", ["--to", TO, "--since", "yesterday"], /since: this is no cursor/],
  ])("answers %s with exit 2", async (_, argv, err) => {
    expect(await cli(["wait", ...argv])).toMatchObject({ code: 2, out: "", err: expect.stringMatching(err) });
  });
});

describe("last", () => {
  it("prints the newest message on one line, of one number or of all", async () => {
    expect(await cli(["last"])).toMatchObject({ code: 1, out: "", err: "the inbox holds no message\n" });
    capture(served.mailbox.tell, { to: TO, code: "111111" });
    capture(served.mailbox.tell, { to: "+4915735990123", code: "222222" });
    expect((await cli(["last"])).out).toMatch(/^12:04:31 +\+4915735990123 +login_code_valid +222222 +captured\n$/);
    expect((await cli(["last", "--to", TO])).out).toMatch(/111111/);
  });
});

describe("clear", () => {
  it("deletes what one number got, or everything", async () => {
    for (const to of [TO, TO, "+4915735990123"]) capture(served.mailbox.tell, { to });
    expect(await cli(["clear", "--to", TO])).toMatchObject({ code: 0, out: "deleted 2 messages\n" });
    expect(await cli(["clear"])).toMatchObject({ code: 0, out: "deleted 1 message\n" });
  });
});

describe("tail", () => {
  it("prints one line per message, and after a restart goes on with what came meanwhile", async () => {
    const { ended, printed, leave } = start(["tail"]);
    onTestFinished(leave);
    const lines = (count: number) =>
      poll(`${count} lines`, 10_000, async () => printed.out.split("\n").length > count || undefined);
    await poll("the stream", 5_000, async () => served.mailbox.followers() === 1 || undefined);
    for (const code of ["111111", "222222"]) capture(served.mailbox.tell, { to: TO, code });
    await lines(2);

    await served.close();
    await poll("the word", 5_000, async () => printed.err.includes("went away") || undefined);
    served = await open();
    capture(served.mailbox.tell, { to: TO, code: "333333" });
    await lines(3);

    leave();
    expect(await ended).toBe(0);
    expect(printed.out.match(/\d{6}(?= +captured\n)/g)).toEqual(["111111", "222222", "333333"]);
    expect(printed.err).toBe("the inbox went away; waiting until it is back\nthe inbox is back\n");
  });
});

describe("another inbox", () => {
  it.each<[sentence: string, argv: string[], code: number, err: RegExp]>([
    [
      "that does not listen",
      ["--url", "http://127.0.0.1:9"],
      1,
      /127\.0\.0\.1:9 does not answer: start it with npm start/,
    ],
    ["whose key is not known", ["--url", "HERE"], 1, /the inbox wants its token/],
    ["whose key is another", ["--url", "HERE", "--key", "sesame"], 1, /the inbox wants its token/],
    ["whose key is right", ["--url", "HERE", "--key", "open-sesame"], 0, /^$/],
  ])("%s", async (_, argv, code, err) => {
    const here = argv.map((word) => word.replace("HERE", served.url));
    for (const command of ["clear", "tail"].slice(0, code === 0 ? 1 : 2))
      expect(await cli([command, ...here])).toMatchObject({ code, err: expect.stringMatching(err) });
  });

  it.each<[sentence: string, key: string[], variables: Record<string, string>, code: number, err: RegExp]>([
    ["takes the token of the environment", [], { INBOX_TOKEN: "open-sesame" }, 0, /^$/],
    [
      "takes --key rather than the token of the environment",
      ["--key", "open-sesame"],
      { INBOX_TOKEN: "other" },
      0,
      /^$/,
    ],
    ["says that the token's file cannot be read", [], { INBOX_TOKEN_FILE: "/nowhere/token" }, 78, /INBOX_TOKEN_FILE/],
  ])("%s", async (_, key, variables, code, err) => {
    const answer = await cli(["clear", "--url", served.url, ...key], undefined, variables);
    expect(answer).toMatchObject({ code, err: expect.stringMatching(err) });
  });

  it("is asked for when the configuration has none, or is wrong", async () => {
    const live = `mode: live\nauth: { keys: [{ id: k, secret: s }] }\ndestinations: { countries: [DE] }\nproviders: { p: { type: plivo, authId: M, authToken: t, sender: { default: { from: "+14155550101" } } } }\nroutes: [{ name: all, chain: [p] }]\n`;
    expect(await cli(["clear"], live)).toMatchObject({ code: 1, err: expect.stringContaining("--url") });
    expect(await cli(["clear"], "mode: dve")).toMatchObject({ code: 78 });
  });
});
