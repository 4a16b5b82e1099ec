import { expect, test } from "vitest";
import { createMailbox } from "../../src/inbox/mailbox.ts";
import { parseSearch } from "../../src/inbox/search.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { arrive, capture, message, settle } from "./events.ts";

const mailbox = createMailbox({ clock: createVirtualClock() });
const { tell } = mailbox;
const us = capture(tell, { code: "482913", text: "Your login code is: 482913" });
const de = capture(tell, {
  to: "+4915511234567",
  country: "DE",
  code: "771100",
  template: "recovery_code_valid",
  text: 'Dein "Code" lautet 771100, siehe https://konto.example:8080/hilfe',
});
const failed = message({
  to: "+15005550006",
  code: "100200",
  template: "verification_code_valid",
  text: "Code 100200",
});
arrive(tell, failed);
settle(tell, failed, "failed");
const notice = message({ code: "", template: "phone_changed", text: "Your phone number was changed. ÄÖÜ" });
arrive(tell, notice);
const again = message();
arrive(tell, again);
settle(tell, again, "duplicate", us);

const NAMES = new Map([us, de, failed, notice].map((sms, index) => [sms.id, ["us", "de", "failed", "notice"][index]]));

test.each([
  ["", "us de failed notice"],
  ["   ", "us de failed notice"],
  ["login", "us"],
  ["LOGIN code", "us"],
  ["code", "us de failed"],
  ['"login code"', "us"],
  ['"code login"', ""],
  ['"login code', "us"],
  ["äöü", "notice"],
  ["482913", "us"],
  ["https://konto.example:8080", "de"],
  ["konto.example:8080/hilfe", "de"],
  ["to:0143", "us notice"],
  ["to:+1", "us failed notice"],
  ["to:+0143", ""],
  ['to:"+49 155 1123"', "de"],
  ["to:abc", ""],
  ["TO:0143", "us notice"],
  ["code:482", "us"],
  ['code:"482 913"', "us"],
  ["template:recovery", "de"],
  ["template:recovery_code_valid", "de"],
  ["provider:twilio", "us de failed notice"],
  ["provider:nobody", ""],
  ["provider:plivo", "notice"],
  ["country:de", "de"],
  ["country:d", ""],
  ["has:code", "us de failed"],
  ["-has:code", "notice"],
  ["is:failed", "failed"],
  ["is:captured", "us de"],
  ["is:duplicate", "us"],
  ["is:pending", "notice"],
  ["is:sent", ""],
  ["-is:captured -is:failed", "notice"],
  ["is:captured -country:US", "de"],
  ["-login", "de failed notice"],
  ['-"login code"', "de failed notice"],
  ["-", ""],
  [":", "us de"],
  ["constructor:x", ""],
])("%j finds: %s", (query, expected) => {
  const matches = parseSearch(query);
  if (typeof matches !== "function") throw new Error(matches.problem);
  const found = mailbox
    .list()
    .filter(matches)
    .map(({ message }) => NAMES.get(message.id));
  expect(found.sort()).toEqual(expected.split(" ").filter(Boolean).sort());
});

test.each(["is:bogus", "has:otp", "is:constructor", "has:__proto__", '-is:"x y"'])(
  "%j is refused with the words it knows",
  (query) => {
    expect(parseSearch(query)).toEqual({ problem: expect.stringMatching(/^(is|has): knows .*(captured|code)/) });
  },
);

test("5,000 messages are searched in less than 50 ms, hostile queries too", () => {
  const many = Array.from({ length: 5_000 }, () => mailbox.list()[0]).filter((entry) => entry !== undefined);
  for (const query of ["login -is:failed to:0143", "a".repeat(500), `${"a".repeat(250)}:${'"'.repeat(249)}`]) {
    const runs = Array.from({ length: 5 }, () => {
      const start = performance.now();
      const matches = parseSearch(query);
      if (typeof matches === "function") many.filter(matches);
      return performance.now() - start;
    });
    expect(Math.min(...runs)).toBeLessThan(50);
  }
});
