import { expect, test } from "vitest";
import { createMailbox } from "../../src/inbox/mailbox.ts";
import { parseSearch } from "../../src/inbox/search.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { arrive, capture, message, settle } from "./events.ts";

const WORDS = ["us", "de", "failed", "notice", "old"];

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

tell({ type: "answered", message: us, answer: { status: 200, headers: {}, body: "" } });
tell({ type: "answered", message: failed, answer: { status: 503, headers: {}, body: "" } });
const hour = { text: "Ancient: 700700", code: "700700", to: "+33612345678", country: "FR" as const, template: "fr" };
const old = capture(tell, { ...hour, receivedAt: Date.UTC(2026, 10, 20, 23, 59, 59) });
const query = { to: old.to, consume: true };
await mailbox.waitForCode(query, 0, new AbortController().signal);
const newer = capture(tell, { ...hour, code: "700701" });
mailbox.remove({ id: newer.id });

const NAMES = new Map([us, de, failed, notice, old].map(({ id }, index) => [id, WORDS[index]]));

test.each([
  ["", "us de failed notice old"],
  ["   ", "us de failed notice old"],
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
  ['to:"+49 (0)155 1123 4567"', "de"],
  ["to:abc", ""],
  ["TO:0143", "us notice"],
  ["code:482", "us"],
  ['code:"482 913"', "us"],
  ["template:recovery", "de"],
  ["template:recovery_code_valid", "de"],
  ["provider:twilio", "us de failed notice old"],
  ["provider:nobody", ""],
  ["provider:plivo", "notice"],
  ["country:de", "de"],
  ["country:d", ""],
  ["has:code", "us de failed old"],
  ["has:otp", "us de failed old"],
  ["-has:otp", "notice"],
  ["status:503", "failed"],
  ["status:5xx", "failed"],
  ["status:5XX -status:503", ""],
  ["status:200", "us"],
  ["-status:200", "de failed notice old"],
  ["is:retrying", "failed"],
  ["is:abandoned", ""],
  ["is:superseded", "old"],
  ["is:consumed", "old"],
  ["before:2026-11-21", "old"],
  ["before:2026-11-21T12:04:31Z", "old"],
  ["before:2026-11-21T12:04:31.001", "us de failed notice old"],
  ["after:2026-11-21T13:04:31+01:00", "us de failed notice"],
  ["after:2026-11-21T13:04:31+0100", "us de failed notice"],
  ["after:2026-11-21T12:04:32", ""],
  ['-after:"2026-11-21"', "old"],
  ["-has:code", "notice"],
  ["is:failed", "failed"],
  ["is:captured", "us de old"],
  ["is:duplicate", "us"],
  ["is:pending", "notice"],
  ["is:sent", ""],
  ["-is:captured -is:failed", "notice"],
  ["is:captured -country:US", "de old"],
  ["-login", "de failed notice old"],
  ['-"login code"', "de failed notice old"],
  ["-", ""],
  [":", "us de old"],
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

test.each(["is:bogus", "has:url", "is:constructor", "has:__proto__", '-is:"x y"'])(
  "%j is refused with the words it knows",
  (query) => {
    expect(parseSearch(query)).toEqual({ problem: expect.stringMatching(/^(is|has): knows .*(captured|code)/) });
  },
);

test.each(["status:abc", "status:50", "status:5034", "after:yesterday", "before:12:04", "before:2026-13-01"])(
  "%j is refused with an example of how to write it",
  (query) => {
    expect(parseSearch(query)).toEqual({
      problem: expect.stringMatching(/^(status|before|after): write a .+ such as/),
    });
  },
);

test("5,000 messages are searched in less than 50 ms, hostile queries too", () => {
  const many = Array.from({ length: 5_000 }, () => mailbox.list()[0]).filter((entry) => entry !== undefined);
  for (const query of [
    "login -is:failed to:0143",
    "status:5xx is:abandoned after:2026-11-21 -has:otp",
    "a".repeat(500),
    `${"a".repeat(250)}:${'"'.repeat(249)}`,
  ]) {
    const runs = Array.from({ length: 5 }, () => {
      const start = performance.now();
      const matches = parseSearch(query);
      if (typeof matches === "function") many.filter(matches);
      return performance.now() - start;
    });
    expect(Math.min(...runs)).toBeLessThan(50);
  }
});
