import { describe, expect, it } from "vitest";
import { readRule } from "../../../src/inbox/ui/chaos-form.ts";
import { chaosWords } from "../../../src/inbox/ui/chaos-words.ts";
import { supersededIds, threadsOf, upsert } from "../../../src/inbox/ui/threads.ts";
import { visibleParts } from "../../../src/inbox/ui/visible-text.ts";
import type { ChaosRule } from "../../../src/inbox/ui/wire.ts";
import {
  codeGroups,
  minutesSeconds,
  prettyJson,
  spacedNumber,
  spanWords,
  templateWords,
} from "../../../src/inbox/ui/words.ts";
import { detail } from "./detail.ts";

describe("words", () => {
  it.each([
    [codeGroups("482913").join(" "), "482 913"],
    [codeGroups("48291").join(" "), "48291"],
    [codeGroups("ABCD1234").join(" "), "ABCD 1234"],
    [codeGroups("12-456").join(" "), "12-456"],
    [spacedNumber("+12025550143"), "+1 202 555 0143"],
    [spacedNumber("+4915735990123"), "+4915735990123"],
    [templateWords("login_code_valid"), "Login code"],
    [minutesSeconds(42_900), "00:42"],
    [minutesSeconds(3_723_000), "01:02:03"],
    [minutesSeconds(-5), "00:00"],
    [spanWords(600_000), "10 min"],
    [spanWords(86_400_000), "24 h"],
    [spanWords(1_500), "1500 ms"],
    [prettyJson('{"a":1}'), '{\n  "a": 1\n}'],
    [prettyJson("a=1"), "a=1"],
  ])("%s", (said, wanted) => {
    expect(said).toBe(wanted);
  });
});

describe("what nobody would see", () => {
  const drawn = (text: string) =>
    visibleParts(text)
      .map((part) => ("text" in part ? part.text : `[${part.badge}]`))
      .join("");

  it.each([
    ["Your code: 1", "Your code: 1"],
    ["a\u200bb", "a[ZWSP]b"],
    ["\u202eabc\u202c", "[RLO]abc[PDF]"],
    ["a\u00a0b\ttab\nline", "a[NBSP]b\ttab\nline"],
    ["\u0007", "[U+0007]"],
    ["a\ud800b", "a[U+D800]b"],
    ["👍🏽 \ud83d\udc4d", "👍🏽 👍"],
    ["👨\u200d👩\u200d👧 a\u200db", "👨\u200d👩\u200d👧 a[ZWJ]b"],
    ["קוד 123", "קוד 123"],
  ])("%j is drawn as %j", (text, wanted) => {
    expect(drawn(text)).toBe(wanted);
  });
});

describe("threads", () => {
  const list = [
    detail({ id: "d", to: "+1", code: undefined }),
    detail({ id: "c", to: "+1" }),
    detail({ id: "r", to: "+1", template: "recovery_code_valid" }),
    detail({ id: "b", to: "+2" }),
    detail({ id: "a", to: "+1" }),
  ];

  it("counts by number, the newest first", () => {
    expect(threadsOf(list)).toEqual([
      { to: "+1", count: 4 },
      { to: "+2", count: 1 },
    ]);
  });

  it("a newer code of its kind for the same number supersedes; another kind or none does not", () => {
    expect([...supersededIds(list)]).toEqual(["a"]);
    expect([...supersededIds([detail({ id: "x", superseded: true })])]).toEqual(["x"]);
  });

  it("a new message comes first, a changed one stays in its place", () => {
    expect(upsert(list, detail({ id: "e" })).map(({ id }) => id)).toEqual(["e", "d", "c", "r", "b", "a"]);
    const changed = upsert(list, detail({ id: "b", outcome: "failed" }));
    expect(changed.map(({ id, outcome }) => id + outcome)).toEqual([
      "dcaptured",
      "ccaptured",
      "rcaptured",
      "bfailed",
      "acaptured",
    ]);
  });
});

describe("chaos", () => {
  it.each<[rule: ChaosRule, words: string]>([
    [{ probability: 1, status: 503 }, "all messages are answered 503"],
    [{ probability: 0.305, delayMs: 12_000, status: 500 }, "30.5 % of messages are held for 12 s and answered 500"],
    [
      { probability: 1, next: 3, to: "+12025550143", status: 503 },
      "the next 3 messages to +1 202 555 0143 are answered 503",
    ],
    [{ probability: 1, dropAfterAccept: true }, "all messages are cut off without an answer after they were accepted"],
  ])("%j is said as %s", (rule, words) => {
    expect(chaosWords(rule)).toBe(words);
  });

  it("a form becomes a rule, and one that breaks nothing is refused", () => {
    const form = (fields: Record<string, string>) => readRule((name) => fields[name] ?? "");
    expect(
      form({ percent: "30", to: "+1 (202) 555-0143", status: "503", next: "2", delay: "100", drop: "yes" }),
    ).toEqual({
      rule: { probability: 0.3, to: "+12025550143", status: 503, next: 2, delayMs: 100, dropAfterAccept: true },
    });
    expect(form({ percent: "30" })).toHaveProperty("problem");
  });
});
