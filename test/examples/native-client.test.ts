import { describe, expect, it } from "vitest";
import { readArguments } from "../../examples/native-client/src/arguments.ts";
import { freshNumber } from "../../examples/native-client/src/fresh-number.ts";
import { fieldValue, methodsOf, readAnswer, traitFields } from "../../examples/native-client/src/read-answer.ts";
import { showStep } from "../../examples/native-client/src/show-step.ts";
import { totp } from "../../examples/native-client/src/totp.ts";
import { parseNumber } from "../../src/sms/e164.ts";

const input = (group: string, attributes: object, more: object = {}) => ({
  group,
  attributes,
  messages: [],
  meta: {},
  ...more,
});
const flow = (state: string, nodes: object[] = [], messages: object[] = []) => ({
  id: "17d0fac7",
  state,
  ui: { action: "http://127.0.0.1:4433/self-service/login?flow=17d0fac7", nodes, messages },
});
const wrongCode = { type: "error", text: "The code is invalid." };
const nextStep = (action: string, more: object) => ({ continue_with: [{ action, ...more }] });

describe("what an answer of Kratos means to the native client", () => {
  it.each<[says: string, status: number, body: object | undefined, means: object]>([
    ["a new form", 200, flow("choose_method"), { kind: "form" }],
    [
      "a form without any field, as for a second factor that is not set up",
      200,
      { state: "choose_method", ui: { action: "http://k/", nodes: null } },
      { kind: "form", flow: { ui: { nodes: [] } } },
    ],
    ["a code is under way, with a 400", 400, flow("sent_email"), { kind: "code-sent" }],
    ["a recovery code is under way", 200, flow("recovery_awaiting_code"), { kind: "code-sent" }],
    ["a wrong code", 400, flow("sent_email", [], [wrongCode]), { kind: "refused", says: ["The code is invalid."] }],
    ["a wrong recovery code, with a 200", 200, flow("recovery_awaiting_code", [], [wrongCode]), { kind: "refused" }],
    ["a wrong field", 400, flow("show_form", [input("totp", {}, { messages: [wrongCode] })]), { kind: "refused" }],
    ["a session", 200, { session_token: "ory_st_1", session: {} }, { kind: "signed-in", token: "ory_st_1" }],
    [
      "a session after recovery",
      200,
      { ...flow("passed_challenge"), ...nextStep("set_ory_session_token", { ory_session_token: "ory_st_2" }) },
      { kind: "signed-in", token: "ory_st_2" },
    ],
    [
      "a changed number",
      200,
      { ...flow("success"), ...nextStep("show_verification_ui", { flow: { id: "9cfe0f52" } }) },
      { kind: "done", verificationFlowId: "9cfe0f52" },
    ],
    ["an account without a session", 200, { identity: {} }, { kind: "done" }],
    ["the end of a session", 204, undefined, { kind: "done" }],
    ["who it is", 200, { identity: {}, authentication_methods: [] }, { kind: "session" }],
    ["too little", 403, { error: { id: "session_aal2_required" } }, { kind: "second-factor-needed" }],
    ["nobody", 401, { error: { reason: "No session." } }, { kind: "refused", says: ["No session."] }],
    ["something unknown", 418, {}, { kind: "refused" }],
  ])("%s", (_, status, body, means) => {
    expect(readAnswer({ status, body })).toMatchObject(means);
  });

  it("says how to set Kratos up when only a browser could go on", () => {
    const outcome = readAnswer({ status: 422, body: { error: { id: "browser_location_change_required" } } });
    expect(outcome).toMatchObject({ says: [expect.stringContaining("use_continue_with_transitions")] });
  });

  it("finds in a form the ways on, the person's fields and what it shows", () => {
    const form = flow("choose_method", [
      input("default", { name: "csrf_token", value: "" }),
      input("default", { name: "traits.phone", required: true }, { meta: { label: { text: "Phone number" } } }),
      input("code", { name: "method", value: "code" }),
      input("totp", { id: "totp_secret_key", text: { text: "MZVQ" } }),
    ]) as Parameters<typeof methodsOf>[0];
    expect(methodsOf(form)).toEqual(["code", "totp"]);
    expect(traitFields(form)).toEqual([{ trait: "phone", label: "Phone number", required: true, value: "" }]);
    expect(fieldValue(form, "totp_secret_key")).toBe("MZVQ");
  });
});

describe("a step as the native client shows it", () => {
  it("cuts every secret, of the request, the answer and the form", () => {
    const nodes = [
      input("code", { name: "code", value: "482913" }),
      input("totp", { id: "totp_secret_key", text: { text: "MZVQOYYIAC325WV5MGKEWLH7GH7GJO2N" } }),
      input("totp", { id: "totp_qr", src: "data:image/png;base64,AAAA" }),
    ];
    const lines = showStep({
      method: "POST",
      url: "http://127.0.0.1:4433/self-service/login?flow=1",
      token: "ory_st_hodc1hVBwbhX5YEmFBiaryAiVX44zPG4",
      request: { method: "code", code: "482913", totp_code: "482913", password: "correct horse" },
      status: 400,
      response: {
        ...flow("sent_email", nodes),
        session_token: "ory_st_hodc1hVBwbhX5YEmFBiaryAiVX44zPG4",
        ...nextStep("set_ory_session_token", { ory_session_token: "ory_st_hodc1hVBwbhX5YEmFBiaryAiVX44zPG4" }),
      },
    }).join("\n");
    expect(lines).not.toMatch(/482913|correct|hodc1hVB|OYYIAC325W|AAAA/);
    expect(lines).toContain('{ "method": "code", "code": "48…", "totp_code": "48…", "password": "…" }');
    expect(lines).toContain("→ 400  (not over yet, or refused: the form says which)");
  });

  it("prints JSON that fits into the width where it can", () => {
    const response = { list: [{ a: 1 }, { b: [] }], name: "x".repeat(26), none: null };
    const lines = showStep({ method: "GET", url: "http://k/", status: 200, response }, 40);
    expect(JSON.parse(lines.slice(2).join(""))).toEqual(response);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  });
});

describe("the native client", () => {
  // The secret and the times of RFC 6238, appendix B, in six digits.
  it.each([
    [59, "287082"],
    [1111111109, "081804"],
    [20000000000, "353130"],
  ])("plays an authenticator app: at %d s it shows %s", (seconds, code) => {
    expect(totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds * 1000)).toBe(code);
  });

  it("invents only numbers that are valid and kept for fiction", () => {
    for (let step = 0; step < 48; step++) {
      const number = freshNumber(() => step / 48);
      expect(parseNumber(number)).toHaveProperty("number");
      expect(number).toMatch(/^\+1\d{3}55501\d{2}$/);
    }
    expect(freshNumber(() => 0)).not.toBe(freshNumber(() => 0.999));
  });

  it.each<[args: string[], read: object]>([
    [[], { kratosUrl: "http://127.0.0.1:4433", steps: false, auto: false }],
    [["--kratos", "https://auth.example.com", "--steps"], { kratosUrl: "https://auth.example.com", steps: true }],
    [["--auto", "--inbox", "http://127.0.0.1:8026"], { auto: true, inboxUrl: "http://127.0.0.1:8026" }],
    [["--auto", "--inbox", "http://127.0.0.1:8026", "--print-token"], { auto: true, printToken: true }],
    [["--print-token"], { problem: "--print-token goes with --auto" }],
    [["--auto"], { problem: expect.stringContaining("--inbox") }],
    [["--kratos", "4433"], { problem: expect.stringContaining("--kratos") }],
    [["--inbox", "here"], { problem: expect.stringContaining("--inbox") }],
    [["--foo"], { problem: expect.stringContaining("--foo") }],
    [["--help"], { problem: undefined }],
  ])("reads %j", (args, read) => {
    expect(readArguments(args, {})).toMatchObject(read);
  });

  it("takes Kratos' URL and the inbox' token from the environment, too", () => {
    const environment = { KRATOS_URL: "http://kratos:4433", INBOX_TOKEN: "a-token" };
    expect(readArguments([], environment)).toMatchObject({ kratosUrl: "http://kratos:4433", inboxToken: "a-token" });
    expect(readArguments(["--kratos", "http://here"], environment)).toMatchObject({ kratosUrl: "http://here" });
  });
});
