import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replayCurl, shellQuoted } from "../../../src/inbox/ui/replay.ts";
import { codeSnippets } from "../../../src/inbox/ui/snippets.ts";
import type { RawRequest } from "../../../src/inbox/ui/wire.ts";

const places = {
  courierUrl: "http://127.0.0.1:8080/courier/sms",
  bodyUrl: "http://127.0.0.1:8026/api/messages/msg_1/body",
};

/** What a shell hands to curl. */
function wordsInShell(script: string): string[] {
  const curl = `curl() { for word; do printf '%s\\0' "$word"; done; }\n`;
  return execFileSync("sh", ["-c", curl + script], { encoding: "utf8", env: { GATEWAY_API_KEY: "k" } })
    .split("\0")
    .slice(0, -1);
}

function request(fields: Partial<RawRequest> = {}): RawRequest {
  return { method: "POST", path: "/courier/sms", headers: {}, body: "{}", bytes: 2, ...fields };
}

function curlOf(fields: Partial<RawRequest>): string {
  return replayCurl(request(fields), places);
}

/** Text with much of what a shell reads as its own. */
const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom("'", '"', "\\", "$(id)", "`id`", "\n", "\r", "$HOME", "!", "*", "~", ";", "@", "-"),
    fc.string({ unit: "grapheme", maxLength: 2 }),
  ),
});

describe("replay as curl", () => {
  it("hands exactly the same body and headers to curl, whatever they hold", () => {
    fc.assert(
      fc.property(nasty, nasty, (body, value) => {
        fc.pre(!`${body}${value}`.includes("\0") && !body.includes("\ufffd"));
        const words = wordsInShell(curlOf({ body, headers: { "x-hint": value } }));
        expect(words.at(-1)).toBe(body);
        expect(words).toContain(value === "" ? "x-hint;" : `x-hint: ${value}`);
      }),
      { numRuns: 60 },
    );
  });

  it.each(["'", "''", "$(exit 1)", "`exit 1`", "a\nb\n", "@/etc/passwd", "--data @x", "\\"])("quotes %j", (text) => {
    expect(wordsInShell(`curl ${shellQuoted(text)}`)).toEqual([text]);
  });

  it("takes what no shell can quote from the inbox: NUL", () => {
    expect(shellQuoted("a\0b")).toBeUndefined();
    expect(curlOf({ body: "a\0b" })).toContain("/msg_1/body' | curl -i");
  });

  it("takes bytes that are no text from the inbox", () => {
    expect(curlOf({ body: "\ufffd", bytes: 2 })).toMatch(
      /^curl -s 'http:.*\/msg_1\/body' \| curl -i .*--data-binary @-$/s,
    );
  });

  it("posts to the gateway even when the path looks like another host", () => {
    expect(wordsInShell(curlOf({ path: "//evil.test/x" }))).toContain("http://127.0.0.1:8080//evil.test/x");
  });

  it("takes masked keys from the environment and leaves to curl what is curl's", () => {
    const headers = {
      authorization: "[masked]",
      "x-api-key": "[masked]",
      host: "a",
      "content-length": "2",
      "bad name": "x",
    };
    const words = wordsInShell(curlOf({ headers })).filter((_, index, all) => all[index - 1] === "-H");
    expect(words).toEqual(["Authorization: Bearer k", "X-API-Key: k"]);
  });
});

describe("examples", () => {
  it("carry the number and the kind of message, in an address as the API wants them", () => {
    const snippets = codeSnippets({ to: "+12025550143", template: "it's_\"`", inboxUrl: "http://127.0.0.1:8026" });
    expect(snippets.map(({ tool }) => tool)).toEqual(["curl", "Playwright", "Cypress", "the command line"]);
    expect(snippets[0]?.code).toContain("?to=%2B12025550143&template=it%27s_%22%60&timeout=20s");
    expect(snippets[1]?.code).toContain('newPhone("+12025550143")');
    expect(snippets[2]?.code).toContain('cy.smsPhone("+12025550143")');
    expect(snippets[3]?.code).toContain("wait --to +12025550143");
  });
});
