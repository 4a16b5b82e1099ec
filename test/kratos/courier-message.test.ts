import { describe, expect, test } from "vitest";
import { parseCourierMessage } from "../../src/kratos/courier-message.ts";
import type { Message } from "../../src/sms/message.ts";
import { contextFixtures, courierContext } from "../helpers/kratos-context.ts";

const RECEIVED_AT = Date.UTC(2031, 4, 1, 10);
const ID = "msg_0123456789abcdef01234567";

const parse = (body: unknown) => parseCourierMessage(body, { id: ID, receivedAt: RECEIVED_AT });

function messageOf(body: unknown): Message {
  const parsed = parse(body);
  if (!("message" in parsed)) throw new Error(JSON.stringify(parsed));
  return parsed.message;
}

function problemOf(body: unknown): string {
  const parsed = parse(body);
  if (!("problem" in parsed)) throw new Error(`no problem, but ${Object.keys(parsed)}`);
  return parsed.problem;
}

describe("what each version of Kratos sends", () => {
  const CODES: Record<string, string> = {
    login_code_valid: "login_code",
    registration_code_valid: "registration_code",
    verification_code_valid: "verification_code",
    recovery_code_valid: "verification_code",
  };

  test("there is a fixture of every version and of every template", () => {
    expect(new Set(contextFixtures.map(({ version }) => version))).toEqual(
      new Set(["1.1", "1.3", "25.4", "26.2", "master"]),
    );
    expect(new Set(contextFixtures.map(({ context }) => context["template_type"]))).toEqual(
      new Set([...Object.keys(CODES), "verifiable_address_changed", "authenticator_key_added", "stub"]),
    );
  });

  test.each(contextFixtures)("$version $name", ({ context }) => {
    const template = context["template_type"] as string;
    const data = context["template_data"] as Record<string, unknown>;
    const message = messageOf(context);
    expect(message).toMatchObject({ id: ID, template, country: "DE", numberType: "mobile", receivedAt: RECEIVED_AT });
    expect(message.to).toMatch(/^\+49\d+$/);
    expect(`${message.text}\n`.trimEnd()).toBe((context["body"] as string).trimEnd());
    const code = data[CODES[template] ?? ""];
    expect(message.code).toEqual(code === undefined ? undefined : { value: code, source: "template-data" });
    const minutes = data["expires_in_minutes"] as number | undefined;
    expect(message.expiresAt).toBe(minutes === undefined ? undefined : RECEIVED_AT + minutes * 60_000);
    expect(messageOf({ ctx: context })).toEqual(message);
  });

  test.each([
    ["1.1", "login_code_valid", { to: "+4917667111638", locales: ["fr-CA"], domain: "127.0.0.1" }],
    ["1.1", "verification_code_valid", { to: "+491605555762", locales: [] }],
    ["1.3", "verification_code_valid", { to: "+491605555762", locales: ["de"] }],
    ["25.4", "registration_code_valid", { locales: ["es-MX", "es"], lifespanMs: 600_000 }],
    ["master", "login_code_valid", { locales: ["pt-BR", "de-DE", "de", "en"], domain: "auth.example.com" }],
    ["master", "verifiable_address_changed", { occurredAt: "2031-05-01T10:02:03Z" }],
    ["master", "authenticator_key_added", { occurredAt: "2031-05-01T10:02:03Z", locales: ["de"] }],
  ])("%s %s has its extras", (version, name, extras) => {
    const fixture = contextFixtures.find((each) => each.version === version && each.name === name);
    expect(messageOf(fixture?.context)).toMatchObject(extras);
  });
});

describe("the three forms", () => {
  test("the minimal form is a message of the template custom", () => {
    expect(messageOf({ to: "+49 160 5555762", body: "Your code: 482913" })).toEqual({
      id: ID,
      to: "+491605555762",
      country: "DE",
      numberType: "mobile",
      text: "Your code: 482913",
      template: "custom",
      code: { value: "482913", source: "text" },
      receivedAt: RECEIVED_AT,
      locales: [],
    });
  });

  test.each([{ template_type: undefined }, { template_type: null }, { template_type: "" }])(
    "a context with %j is of the template custom and keeps its code",
    (changes) => {
      expect(messageOf(courierContext(changes))).toMatchObject({ template: "custom", code: { value: "482913" } });
    },
  );

  test.each([
    ["a template of tomorrow", { template_type: "step_up_code_valid" }],
    ["a field of tomorrow", { channel: { id: "sms" } }],
    ["no template data", { template_data: undefined }],
    ["null template data", { template_data: null }],
    ["no message type", { message_type: undefined }],
    ["null headers", { request_headers: null }],
    ["headers as a list", { request_headers: [] }],
    ["headers of a wrong type", { request_headers: { "Accept-Language": 7 } }],
    ["an empty HTML body", { html_body: "" }],
  ])("passes %s", (_, changes) => {
    expect(messageOf(courierContext(changes)).code?.value).toBe("482913");
  });

  test.each([
    { identity: null },
    { identity: "x" },
    { identity: { traits: null } },
    { identity: { traits: [] } },
    { transient_payload: null },
    { transient_payload: "de" },
    { request_url: 7 },
    { request_url: "::" },
    { expires_in_minutes: null },
    { changed_at: 7 },
    { login_code: null },
  ])("passes over %j, which only enriches", (dataChanges) => {
    expect(messageOf(courierContext({}, dataChanges)).code?.value).toBe("482913");
  });
});

describe("what is no message", () => {
  const mail = /courier\.http\.request_config\.url/;

  test.each([
    [[], /^body: expected the courier context/],
    [null, /^body: expected/],
    [7, /^body: expected/],
    ['{"recipient":"+4917667111638"}', /JSON string that holds JSON.*std\.manifestJsonEx/],
    [{}, /^ctx\.recipient: .*courier-jsonnet\/sms\.jsonnet/],
    [{ ctx: [] }, /^ctx: must be an object/],
    [{ ctx: {} }, /^ctx\.recipient: /],
    [{ to: 7, body: "x" }, /^to: must be the phone number as text/],
    [{ to: "+4917667111638" }, /^body: must be the message as text/],
    [{ to: "+4917667111638", body: " \n" }, /^body: is empty/],
    [{ to: "ada@example.com", body: "x" }, mail],
    [courierContext({ recipient: 4917667111638 }), /^ctx\.recipient: must be the phone number as text/],
    [courierContext({ recipient: "ada@example.com" }), mail],
    [courierContext({ message_type: "email" }), mail],
    [courierContext({ html_body: "<p>482913</p>" }), mail],
    [courierContext({ message_type: "voice" }), /^ctx\.message_type: must be sms/],
    [courierContext({ body: 7 }), /^ctx\.body: must be the message as text/],
    [courierContext({ body: "\n\n" }), /^ctx\.body: is empty/],
    [courierContext({ body: "\u200b\0" }), /^ctx\.body: is empty/],
    [courierContext({ template_type: 7 }), /^ctx\.template_type: must be text/],
    [courierContext({ template_type: "a\nb" }), /^ctx\.template_type: must be at most 64 letters/],
    [courierContext({ template_data: [] }), /^ctx\.template_data: must be an object/],
    [{ ctx: courierContext({ body: 7, recipient: 7 }) }, /^ctx\.recipient: .*; ctx\.body: /],
  ])("%j", (body, sentence) => {
    const problem = problemOf(body);
    expect(problem).toMatch(sentence);
    expect(problem).not.toMatch(/482913|667111638|ada@/);
  });

  test("nesting: 16 levels pass, 17 do not, 100,000 neither", () => {
    const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    expect(messageOf({ ...courierContext(), extra: nested(15) }).template).toBe("login_code_valid");
    expect(problemOf({ ...courierContext(), extra: nested(16) })).toMatch(/deeper than 16 levels/);
    expect(problemOf({ ...courierContext(), extra: nested(100_000) })).toMatch(/deeper than 16 levels/);
  });
});

describe("a message to no valid number", () => {
  test.each(["0160 5555762", "+1", "+4912", "12345", "+4917667111638;ext=5", "", "tel:+4917667111638"])(
    "%j is rejected, not refused",
    (recipient) => {
      const parsed = parse(courierContext({ recipient }));
      expect(parsed).toEqual({
        rejected: { id: ID, template: "login_code_valid", receivedAt: RECEIVED_AT, reason: expect.any(String) },
      });
      if (recipient) expect("rejected" in parsed && parsed.rejected.reason).not.toContain(recipient);
    },
  );
});

describe("the text", () => {
  test.each([
    ["loses the line breaks at its end", "a code\r\n\n", "a code"],
    ["keeps blanks and breaks before them", " a\n\n b \n", " a\n\n b "],
    ["loses control characters", "a\0b\u001b[31m\u0007c\u007f", "ab[31mc"],
    ["keeps tabs", "a\tb", "a\tb"],
    ["loses halves of surrogate pairs", "a\ud83dz \u{1f600}", "a\ufffdz \u{1f600}"],
    ["keeps what looks like a template", "{{ .Code }} $x {code}", "{{ .Code }} $x {code}"],
  ])("%s", (_, body, text) => {
    expect(messageOf(courierContext({ body })).text).toBe(text);
  });

  test("a body of line breaks alone costs nothing", () => {
    const started = performance.now();
    messageOf(courierContext({ body: `${"\n".repeat(250_000)}x` }));
    messageOf(courierContext({ body: `x${"\n".repeat(250_000)}` }));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("locales", () => {
  const traits = (fields: object) => ({ identity: { traits: fields } });

  test.each([
    ["a trait", traits({ locale: "de_AT" }), {}, ["de-AT"]],
    [
      "the trait before the payload",
      { ...traits({ lang: "fr" }), transient_payload: { language: "nl" } },
      {},
      ["fr", "nl"],
    ],
    ["the bare traits of a registration", { identity: { language: "it" } }, {}, ["it"]],
    ["locale before lang", traits({ lang: "fr", locale: "es" }), {}, ["es"]],
    ["the canonical spelling", traits({ locale: "ZH-hans-cn" }), {}, ["zh-Hans-CN"]],
    ["no word for a tag", traits({ locale: "german" }), {}, []],
    ["no tag that is none", traits({ locale: "de-" }), {}, []],
    ["no text", traits({ locale: 7 }), {}, []],
    ["each once", traits({ locale: "de" }), { "Accept-Language": ["de, en"] }, ["de", "en"]],
    ["by quality", {}, { "Accept-Language": ["en;q=0.3, de;q=0.9, fr"] }, ["fr", "de", "en"]],
    ["no unwanted one", {}, { "accept-language": ["en;q=0, *, de;q=x, nl;Q=0.1"] }, ["nl"]],
    ["a header as text", {}, { "Accept-Language": "sv" }, ["sv"]],
    ["lines in order", {}, { "Accept-Language": ["sv;q=0.2", "da"] }, ["da", "sv"]],
    ["at most five", {}, { "Accept-Language": ["a,en,de,fr,it,es,pt"] }, ["en", "de", "fr", "it", "es"]],
  ])("%s", (_, data, headers, locales) => {
    expect(messageOf(courierContext({ request_headers: headers }, data)).locales).toEqual(locales);
  });
});

describe("domain, lifespan, moment", () => {
  test.each([
    [
      "Kratos' own word first",
      { request_url_domain: "auth.example.com", request_url: "https://b.example" },
      "auth.example.com",
    ],
    ["the host of the flow's address", { request_url: "https://Auth.Example.com:4433/x?y" }, "auth.example.com"],
    ["no host of another scheme", { request_url: "file://auth.example.com/" }, "line.example.com"],
    ["the autofill line last", { request_url: undefined, request_url_domain: "" }, "line.example.com"],
    ["nothing that is no host", { request_url: undefined, request_url_domain: "a b" }, "line.example.com"],
  ])("%s", (_, data, domain) => {
    const body = "Your login code is: 482913\n\n@line.example.com #482913\n";
    expect(messageOf(courierContext({ body }, data)).domain).toBe(domain);
  });

  test.each([0, -1, 1.5, "60", null, 1e12, Number.NaN])("a lifespan of %j minutes is none", (minutes) => {
    const message = messageOf(courierContext({}, { expires_in_minutes: minutes }));
    expect(message.lifespanMs).toBeUndefined();
    expect(message.expiresAt).toBeUndefined();
  });

  test("a moment as long as a novel is none", () => {
    expect(messageOf(courierContext({}, { changed_at: "2".repeat(65) })).occurredAt).toBeUndefined();
  });
});

describe("prototypes", () => {
  test.each(["__proto__", "constructor", "prototype"])("%s anywhere pollutes nothing and is read nowhere", (key) => {
    const evil = `{"${key}": {"polluted": true, "recipient": "+14155552671", "locale": "de", "login_code": "666666"}`;
    const body = `${evil}, "recipient": "+4917667111638", "body": "Hello", "template_type": "login_code_valid",
      "template_data": ${evil}, "identity": ${evil}, "traits": ${evil}}}, "transient_payload": ${evil}}},
      "request_headers": ${evil}}}`;
    const message = messageOf(JSON.parse(body));
    expect(message).toMatchObject({ to: "+4917667111638", text: "Hello", locales: [] });
    expect(message.code).toBeUndefined();
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
  });

  test.each(["__proto__", "constructor", "toString"])("a template named %s is one like any other", (template) => {
    expect(messageOf(courierContext({ template_type: template }))).toMatchObject({
      template,
      code: { value: "482913" },
    });
  });
});
