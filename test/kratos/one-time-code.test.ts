import { expect, test } from "vitest";
import { findCode, readAutofillLine } from "../../src/kratos/one-time-code.ts";

const TEXT = "Your code is: 482913";

test.each([
  ["login_code_valid", { login_code: "135790" }, TEXT, "135790", "template-data"],
  ["registration_code_valid", { registration_code: "003344" }, TEXT, "003344", "template-data"],
  ["verification_code_valid", { verification_code: "135790" }, TEXT, "135790", "template-data"],
  ["recovery_code_valid", { verification_code: "135790" }, TEXT, "135790", "template-data"],
  ["login_code_valid", { login_code: "A1B2C3D4E5" }, "no code here", "A1B2C3D4E5", "template-data"],
  ["login_code_valid", { login_code: "135790", country_code: "482913" }, TEXT, "135790", "template-data"],
  ["recovery_code_valid", { recovery_code: "482913" }, TEXT, "482913", "template-data"],
  ["step_up_code_valid", { step_up_code: "482913" }, "Step up: 482 913", "482913", "template-data"],
  ["step_up_code_valid", { step_up_code: "482913", zip_code: "10115" }, TEXT, "482913", "template-data"],
  ["custom", {}, "Hi\n\n@auth.example.com #A1B2C3\n", "A1B2C3", "autofill-line"],
  ["custom", {}, "Your code is: 482913\n\n@ #135790", "135790", "autofill-line"],
  ["custom", {}, TEXT, "482913", "text"],
  ["login_code_valid", { login_code: 482913 }, TEXT, "482913", "text"],
  ["login_code_valid", { login_code: "" }, TEXT, "482913", "text"],
  ["login_code_valid", { login_code: "135 790" }, TEXT, "482913", "text"],
  ["step_up_code_valid", { zip_code: "10115" }, TEXT, "482913", "text"],
] as const)("%s with %j and %j: %s from %s", (template, data, text, value, source) => {
  expect(findCode(template, data, text)).toEqual({ value, source });
});

test.each([
  ["verifiable_address_changed", { new_code: "482913" }, `${TEXT}\n\n@auth.example.com #482913`],
  ["authenticator_key_added", {}, TEXT],
  ["step_up_code_valid", { one_code: "482913", two_code: "135790" }, "482913 or 135790?"],
  ["step_up_code_valid", { zip_code: "10115" }, "no number"],
  ["custom", {}, "nothing"],
])("%s with %j and %j: none", (template, data, text) => {
  expect(findCode(template, data, text)).toBeUndefined();
});

test.each([
  ["@auth.example.com #482913", "auth.example.com", "482913"],
  ["Hello\r\n@auth.example.com #482913\r\n\r\n", "auth.example.com", "482913"],
  ["@auth.example.com #482913 @pay.example.com", "auth.example.com", "482913"],
  ["@auth.example.com #482913 %pay.example.com", "auth.example.com", "482913"],
  ["@localhost #482913", "localhost", "482913"],
  ["@127.0.0.1 #482913", "127.0.0.1", "482913"],
  ["@ #482913", "", "482913"],
])("%j binds a code to a domain", (text, domain, code) => {
  expect(readAutofillLine(text)).toEqual({ domain, code });
});

test.each([
  "@auth.example.com #482913\nSee you",
  "Reply to @auth.example.com #482913",
  "@auth.example.com#482913",
  "@auth.example.com # 482913",
  "@auth.example.com #123",
  "@auth.example.com #12345678901",
  "@ada #2031 was great",
  "@ada #2031",
  "",
])("%j binds none", (text) => {
  expect(readAutofillLine(text)).toBeUndefined();
});
