import { describe, expect, it } from "vitest";
import { lintAutofill } from "../../src/kratos/autofill-lint.ts";
import { parseCourierMessage } from "../../src/kratos/courier-message.ts";
import type { OneTimeCode } from "../../src/sms/message.ts";
import { contextFixtures } from "../helpers/kratos-context.ts";

const WORDS = "Your login code is: 482913\n\nIt expires in 10 minutes.\n\n";
const LINE = "@auth.example.com #482913";
const OK = { level: "ok", says: "Phones and browsers can offer the code on pages of auth.example.com." };

interface Circumstances {
  code?: OneTimeCode;
  domain?: string;
  template?: string;
}

function lint(text: string, circumstances: Circumstances = {}) {
  const code = { value: "482913", source: "template-data" as const };
  return lintAutofill(text, { code, domain: "auth.example.com", template: "login_code_valid", ...circumstances });
}

describe("a proper autofill line", () => {
  it("is ok, and nothing more is to be said", () => {
    expect(lint(WORDS + LINE)).toEqual({ line: LINE, findings: [OK] });
  });

  it("is ok without a known domain", () => {
    const { code } = { code: { value: "482913", source: "autofill-line" as const } };
    expect(lintAutofill(WORDS + LINE, { code, template: "custom" })).toEqual({ line: LINE, findings: [OK] });
  });

  it("may be all of the text", () => {
    expect(lint(LINE)).toEqual({ line: LINE, findings: [OK] });
  });

  it("may follow line breaks of two characters", () => {
    expect(lint(`Your code: 482913\r\n\r\n${LINE}`)).toEqual({ line: LINE, findings: [OK] });
  });

  it("is what every text of Kratos has that has one", () => {
    const lines = contextFixtures.flatMap(({ context }) => {
      const parsed = parseCourierMessage(context, { id: "msg_1", receivedAt: 0 });
      const lint = "message" in parsed ? lintAutofill(parsed.message.text, parsed.message) : undefined;
      return lint?.line === undefined ? [] : [lint];
    });
    expect(lines.length).toBeGreaterThanOrEqual(6);
    for (const { findings } of lines) {
      const onThisMachine = findings[0]?.says.endsWith("127.0.0.1.");
      expect(findings.map(({ level }) => level)).toEqual(onThisMachine ? ["ok", "advice"] : ["ok"]);
    }
  });
});

const WRITE = `Write ${LINE}.`;
const END = `End the text with ${LINE} and nothing behind it.`;

describe("a broken autofill line", () => {
  it.each<[title: string, text: string, says: RegExp, fix: string, circumstances?: Circumstances]>([
    ["an empty line behind it", `${WORDS}${LINE}\n `, /only the last line, and one line stands behind/, END],
    ["words behind it", `${WORDS}${LINE}\n\nNever share it.`, /and 2 lines stand behind/, END],
    ["words before it", `Your code: ${LINE}`, /Something stands before the @/, WRITE],
    ["a blank before it", `${WORDS} ${LINE}`, /Something stands before the @/, WRITE],
    ["code and host in the wrong order", `${WORDS}#482913 @auth.example.com`, /Something stands before the @/, WRITE],
    ["no @", `${WORDS}auth.example.com #482913`, /does not begin with @/, WRITE],
    ["no host", `${WORDS}@ #482913`, /No host stands behind the @/, WRITE],
    ["a scheme", `${WORDS}@https://auth.example.com #482913`, /scheme/, WRITE],
    ["a port", `${WORDS}@auth.example.com:4433 #482913`, /port/, WRITE],
    ["a path", `${WORDS}@auth.example.com/login #482913`, /path/, WRITE],
    ["a host that is none", `${WORDS}@auth_server #482913`, /no host name/, WRITE],
    ["a dot at the end of the host", `${WORDS}@auth.example.com. #482913`, /no host name/, WRITE],
    [
      "letters outside ASCII",
      `${WORDS}@bücher.example #482913`,
      /xn--/,
      "Write @xn--bcher-kva.example #482913.",
      { domain: "xn--bcher-kva.example" },
    ],
    ["two spaces", `${WORDS}@auth.example.com  #482913`, /Exactly one space/, WRITE],
    ["a tab", `${WORDS}@auth.example.com\t#482913`, /Exactly one space/, WRITE],
    ["no space", `${WORDS}@auth.example.com#482913`, /No space/, WRITE],
    ["no #", `${WORDS}@auth.example.com 482913`, /No # and code follow/, WRITE],
    ["a word between host and code", `${WORDS}@auth.example.com code #482913`, /No # and code follow/, WRITE],
    ["another code", `${WORDS}@auth.example.com #111111`, /fill in 111111, and the code is 482913/, WRITE],
    [
      "another code than the words say, where nothing else tells the code",
      `${WORDS}@auth.example.com #111111`,
      /fill in 111111, and the code is 482913/,
      WRITE,
      { code: { value: "111111", source: "autofill-line" } },
    ],
    ["a full stop behind the code", `${WORDS}${LINE}.`, /fill in 482913\., and the code is 482913/, WRITE],
    ["a dash in the code", `${WORDS}@auth.example.com #482-913`, /fill in 482-913/, WRITE],
    ["the host of another site", `${WORDS}@example.org #482913`, /runs at auth\.example\.com, so no browser/, WRITE],
  ])("with %s is one error and says how to mend it", (_, text, says, fix, circumstances) => {
    const { line, findings } = lint(text, circumstances) ?? {};
    expect(findings).toEqual([{ level: "error", says: expect.stringMatching(says), fix }]);
    expect(text.split("\n")).toContain(line);
  });

  it("is told every error at once", () => {
    const { findings } = lint("@https://auth.example.com  #111111\nBye") ?? {};
    expect(findings?.map(({ level }) => level)).toEqual(["error", "error", "error", "error"]);
  });
});

describe("an autofill line that works with limits", () => {
  it.each<[title: string, text: string, says: RegExp, fix: string, domain?: string]>([
    [
      "a page in a frame",
      `${WORDS}${LINE} @pay.example`,
      /Only a page of pay\.example/,
      `Leave it out unless the code is typed into such a frame: ${LINE}.`,
    ],
    [
      "a frame in Apple's spelling",
      `${WORDS}${LINE} %pay.example`,
      /Apple documents %/,
      `Write ${LINE} @pay.example for them, and try it on an iPhone.`,
    ],
    ["words behind the code", `${WORDS}${LINE} thanks`, /ignored at best/, END],
    ["a blank behind the code", `${WORDS}${LINE} `, /ignored at best/, END],
    ["capitals", `${WORDS}@Auth.Example.com #482913`, /lower case/, WRITE],
    ["a sister's host", `${WORDS}@login.example.com #482913`, /name both hosts/, WRITE],
    ["the site's own host", `${WORDS}@example.com #482913`, /name both hosts/, WRITE],
    ["a long text", `${"x".repeat(120)}\n${LINE}`, /has 146 characters/, "Take out at least 6."],
    [
      "a flow on this machine",
      WORDS + LINE,
      /The flow runs at 127\.0\.0\.1/,
      "Nothing to do if production runs at auth.example.com; to try it here, write @127.0.0.1 #482913.",
      "127.0.0.1",
    ],
    [
      "localhost",
      `${WORDS}@localhost #482913`,
      /unless its port is forwarded, and only Chrome/,
      "Forward the port from Chrome's chrome://inspect, or give the host an https name the phone reaches.",
      "localhost",
    ],
    ["an address", `${WORDS}@192.0.2.7 #482913`, /seldom has a certificate/, "Give the page a name.", "192.0.2.7"],
  ])("as with %s is ok and comes with advice", (_, text, says, fix, domain = "auth.example.com") => {
    const { findings } = lint(text, { domain }) ?? {};
    expect(findings).toEqual([
      { level: "ok", says: expect.any(String) },
      { level: "advice", says: expect.stringMatching(says), fix },
    ]);
  });
});

describe("a text without the line", () => {
  const own = (template: string) =>
    `End the text with ${LINE}: set courier.templates.${template}.valid.sms.body.plaintext in kratos.yml, or upgrade Kratos.`;

  it.each<[template: string, says: RegExp, fix: string]>([
    ["login_code_valid", /versions after v26\.2\.0, when it knows its domain/, own("login_code")],
    ["registration_code_valid", /versions after v26\.2\.0/, own("registration_code")],
    ["verification_code_valid", /versions after v26\.2\.0/, own("verification_code")],
    ["recovery_code_valid", /since v25\.4\.0/, own("recovery_code")],
    ["custom", /only to its own texts/, `End the text with ${LINE}.`],
    ["constructor", /only to its own texts/, `End the text with ${LINE}.`],
  ])("is told when Kratos adds it: %s", (template, says, fix) => {
    const findings = [{ level: "advice", says: expect.stringMatching(says), fix }];
    expect(lint("Your login code is: 482913", { template })).toEqual({ findings });
  });

  it("is told to put in its own host where none is known", () => {
    const code = { value: "482913", source: "text" as const };
    const { findings } = lintAutofill("Your login code is: 482913", { code, template: "custom" }) ?? {};
    expect(findings?.[0]?.fix).toBe("End the text with @your.host.example #482913.");
  });

  it.each([
    "Follow us @acme. Your login code is: 482913",
    "Your login code is: 482913\nQuestions? Write to help@example.com",
    "Ticket #12: your login code is 482913",
  ])("is not mistaken for one with a broken line: %j", (text) => {
    expect(lint(text)).not.toHaveProperty("line");
  });

  it("needs none where there is no code", () => {
    expect(lintAutofill("Your number was changed. @acme #winter", { template: "verifiable_address_changed" })).toBe(
      undefined,
    );
  });
});

it.each(["@", "#", "@ ", "@a #", "\n", " "])("takes no time for 1600 times %j", (part) => {
  const startedMs = performance.now();
  lint(part.repeat(1_600));
  expect(performance.now() - startedMs).toBeLessThan(250);
});
